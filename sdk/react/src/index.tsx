/** Parley as React hooks. Each gives what is true now and renders anew when that changes. */
import { createContext, useCallback, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type {
  ConnectionState,
  Member,
  ParleyClient,
  Room,
  RoomListSnapshot,
  RoomSnapshot,
  Status,
  Store,
  Typist,
} from '@parley/client'

const Context = createContext<ParleyClient | null>(null)

/** Connects `client` for what is below. Whoever made the client closes it. */
export function ParleyProvider({ client, children }: { client: ParleyClient; children?: ReactNode }) {
  useEffect(() => client.connect(), [client])
  return <Context.Provider value={client}>{children}</Context.Provider>
}

/** Throws where there is no `ParleyProvider` above. */
export function useParley(): ParleyClient {
  const client = useContext(Context)
  if (!client) throw new Error('Put a <ParleyProvider client={…}> above what uses Parley.')
  return client
}

export const useConnection = (): ConnectionState => useStore(useParley().connection)

/** One's rooms, with what is unread in each. */
export function useRooms(): RoomListSnapshot & { loadMore(): Promise<void> } {
  const { rooms } = useParley()
  useEffect(() => rooms.follow(), [rooms])
  const snapshot = useStore(rooms.store)
  return useMemo(() => ({ ...snapshot, loadMore: () => rooms.loadMore() }), [snapshot, rooms])
}

/** How many messages one has not read: in this room, or in all. */
export function useUnread(roomId?: string): number {
  const { unread, totalUnread } = useRooms()
  return roomId === undefined ? totalUnread : (unread.get(roomId) ?? 0)
}

/** null as long as nobody knows. */
export const usePresence = (userId: string): Status | null => useStore(useParley().presence.of(userId))

/** What one does in a room: as the methods of `Room`. They stay the same as long as the room does. */
export type RoomActions = Pick<
  Room,
  'send' | 'retry' | 'discard' | 'edit' | 'delete' | 'pin' | 'react' | 'typing' | 'markRead' | 'loadOlder'
>

/** A room, which is listened to as long as somebody shows it. */
export function useRoom(roomId: string): RoomSnapshot & RoomActions {
  const snapshot = useOpenRoom(roomId, whole)
  const actions = useActions(roomId)
  return useMemo(() => ({ ...snapshot, ...actions }), [snapshot, actions])
}

/** Who types in a room, apart from all else that happens there; and what is called at every key that is pressed. */
export function useTyping(roomId: string): { typists: readonly Typist[]; typing: () => void } {
  const typists = useOpenRoom(roomId, typistsOf)
  const { typing } = useActions(roomId)
  return useMemo(() => ({ typists, typing }), [typists, typing])
}

/** Who is in a room, and how far each has read. */
export const useMembers = (roomId: string): ReadonlyMap<string, Member> => useOpenRoom(roomId, membersOf)

const whole = (snapshot: RoomSnapshot): RoomSnapshot => snapshot
const typistsOf = ({ typists }: RoomSnapshot): readonly Typist[] => typists
const membersOf = ({ members }: RoomSnapshot): ReadonlyMap<string, Member> => members

/** Entered when it is shown, and left when it is not. What was shown before that may be left by then: React looks again. */
function useOpenRoom<Part>(roomId: string, of: (snapshot: RoomSnapshot) => Part): Part {
  const client = useParley()
  const subscribe = useCallback(
    (listener: () => void) => {
      let forget = client.room(roomId).store.subscribe(listener)
      // Of a client that is closed no room is open any more: this one is entered for the time when it is connected again.
      const stop = client.connection.subscribe(() => {
        if (client.connection.get().status !== 'closed') return
        forget = client.room(roomId).store.subscribe(listener)
        listener()
      })
      return () => {
        stop()
        forget()
        client.leaveRoom(roomId)
      }
    },
    [client, roomId],
  )
  const now = (): Part => of(client.peek(roomId).store.get())
  const first = (): Part => of(client.peek(roomId).store.first)
  return useSyncExternalStore(subscribe, now, first)
}

function useActions(roomId: string): RoomActions {
  const client = useParley()
  return useMemo(() => actionsOf(() => client.peek(roomId)), [client, roomId])
}

const useStore = <T,>({ subscribe, get, first }: Store<T>): T => useSyncExternalStore(subscribe, get, () => first)

const actionsOf = (room: () => Room): RoomActions => ({
  send: (draft) => room().send(draft),
  retry: (id) => room().retry(id),
  discard: (id) => room().discard(id),
  edit: (id, fields) => room().edit(id, fields),
  delete: (id) => room().delete(id),
  pin: (id, isPinned) => room().pin(id, isPinned),
  react: (id, emoji, isMine) => room().react(id, emoji, isMine),
  typing: () => room().typing(),
  markRead: (seq) => room().markRead(seq),
  loadOlder: () => room().loadOlder(),
})
