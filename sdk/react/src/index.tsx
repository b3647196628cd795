/** Parley as React hooks. Each gives what is true now and renders anew when that changes. */
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type { ConnectionState, ParleyClient, Room, RoomListSnapshot, RoomSnapshot, Status, Store } from '@parley/client'

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
  useEffect(() => void rooms.load().catch(() => undefined), [rooms])
  const snapshot = useStore(rooms.store)
  return useMemo(() => ({ ...snapshot, loadMore: () => rooms.loadMore() }), [snapshot, rooms])
}

export const useUnread = (): number => useRooms().totalUnread

/** null as long as nobody knows. */
export const usePresence = (userId: string): Status | null => useStore(useParley().presence.of(userId))

/** What one does in a room: as the methods of `Room`. */
export type RoomActions = Pick<
  Room,
  'send' | 'retry' | 'discard' | 'edit' | 'delete' | 'pin' | 'react' | 'typing' | 'markRead' | 'loadOlder'
>

/** A room, which is listened to as long as somebody shows it. */
export function useRoom(roomId: string): RoomSnapshot & RoomActions {
  const client = useParley()
  const room = useMemo(() => client.peek(roomId), [client, roomId])
  useEffect(() => {
    client.room(roomId)
    return () => client.leaveRoom(roomId)
  }, [client, roomId])
  const snapshot = useStore(room.store)
  return useMemo(() => ({ ...snapshot, ...actionsOf(room) }), [snapshot, room])
}

const useStore = <T,>({ subscribe, get }: Store<T>): T => useSyncExternalStore(subscribe, get, get)

const actionsOf = (room: Room): RoomActions => ({
  send: (draft) => room.send(draft),
  retry: room.retry,
  discard: room.discard,
  edit: room.edit,
  delete: room.delete,
  pin: room.pin,
  react: room.react,
  typing: room.typing,
  markRead: room.markRead,
  loadOlder: () => room.loadOlder(),
})
