import type { Message, RoomSnapshot } from '@parley/client'
import type { RoomActions } from '@parley/react'
import { Composer } from './Composer.js'
import { useChat, type Task } from './context.js'

interface FootProps {
  roomId: string
  room: RoomSnapshot & RoomActions
  task: Task | null
  /** What could not be done. */
  notice: string | null
  close: () => void
}

/** Where one writes, or why not. */
export function Foot({ roomId, room: { room, messages, outgoing, ...actions }, task, notice, close }: FootProps) {
  const { me, can, isCompact, begin, edit } = useChat()
  const isOpen = !room || (can.has('message.send') && !room.archived)
  const isSlow = Boolean(room?.slow_mode_s) && !can.has('room.update')
  /** None while one is on its way: it would be the one before that. */
  const lastMine = (): Message | undefined =>
    outgoing.length ? undefined : messages.findLast(({ sender, deleted_at }) => sender?.user_id === me && !deleted_at)
  const send = (text_message: string): void => {
    actions.send(task ? { text_message, reply_to: task.message.message_id } : text_message)
    begin(null)
  }
  return (
    <div className="parley-foot">
      {notice !== null && (
        <p className="parley-note" role="alert">
          {notice}
          <button type="button" className="parley-link" onClick={close}>
            Close
          </button>
        </p>
      )}
      {isSlow && isOpen && <p className="parley-note">Slow mode: one message every {room?.slow_mode_s} seconds.</p>}
      {!isOpen && (
        <p className="parley-closed">{room.archived ? 'Nobody writes here any more.' : 'You can read here.'}</p>
      )}
      {isOpen && (
        <Composer
          roomId={roomId}
          placeholder={isCompact ? 'Say something' : room?.name ? `Message ${room.name}` : 'Message'}
          task={task}
          send={send}
          edit={(text) => edit(task!.message, text)}
          cancel={() => begin(null)}
          editLast={() => {
            const message = lastMine()
            if (message) begin({ kind: 'edit', message })
          }}
          typing={actions.typing}
        />
      )}
    </div>
  )
}
