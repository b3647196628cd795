import { useMemo, useRef, useState } from 'react'
import { useParley, useRoom } from '@parley/react'
import { wordsOf } from '../words-of.js'
import { ConnectionBar } from './ConnectionBar.js'
import { Chatting, type ChatContext, type Task } from './context.js'
import { Foot } from './Foot.js'
import { Gone } from './ListParts.js'
import { MessageList } from './MessageList.js'
import { TypingLine } from './TypingLine.js'

export interface ChatProps {
  roomId: string
  /** One line a message, as in the chat of a livestream. */
  compact?: boolean
}

/**
 * A whole room: what was said, who types, and where one writes. It is as large as what is around it, and needs a
 * `<ParleyProvider>` above it and the styles of `chat.css` in its page or its shadow root.
 */
export const Chat = (props: ChatProps) => <OpenChat key={props.roomId} {...props} />

function OpenChat({ roomId, compact = false }: ChatProps) {
  const room = useRoom(roomId)
  const client = useParley()
  const me = room.room ? client.userId : ''
  const frame = useRef<HTMLElement>(null)
  const { react, edit, delete: remove, retry, discard } = room
  const [task, begin] = useState<Task | null>(null)
  const [notice, setNotice] = useState<string | null>(null)
  const can = room.room?.can
  const chat = useMemo<ChatContext>(() => {
    const tried = async (what: Promise<unknown>): Promise<void> => {
      setNotice(await what.then(() => null, wordsOf))
    }
    return {
      me,
      can: new Set(can),
      isCompact: compact,
      begin,
      react: ({ message_id }, emoji, isMine) => tried(react(message_id, emoji, isMine)),
      remove: ({ message_id }) => tried(remove(message_id)),
      edit: ({ message_id }, text) => tried(edit(message_id, { text_message: text }).then(() => begin(null))),
      retry,
      discard,
      jumpTo: (seq) => flash(frame.current!.querySelector(`[data-seq="${seq}"]`)),
    }
  }, [me, can, compact, react, edit, remove, retry, discard])
  const isGone = room.status === 'gone'
  return (
    <section ref={frame} className="parley-chat" data-compact={compact || undefined} aria-label="Chat">
      <Chatting.Provider value={chat}>
        <ConnectionBar status={room.status} why={room.error?.message} />
        {isGone && <Gone text={room.error?.message} />}
        {!isGone && <MessageList room={room} me={me} loadOlder={room.loadOlder} markRead={room.markRead} />}
        {!isGone && <TypingLine typists={room.typists.filter(({ user_id }) => user_id !== me)} />}
        {!isGone && <Foot roomId={roomId} room={room} task={task} notice={notice} close={() => setNotice(null)} />}
      </Chatting.Provider>
    </section>
  )
}

/** Comes into sight, and shows which it is. */
function flash(message: HTMLElement | null): void {
  if (!message) return
  message.scrollIntoView({ block: 'center' })
  delete message.dataset['flash']
  void message.offsetWidth
  message.dataset['flash'] = ''
}
