import { useState } from 'react'
import type { Message } from '@parley/client'
import { useChat } from './context.js'
import { EmojiGrid } from './EmojiGrid.js'
import { Icon, type IconName } from './Icon.js'

/** What one may do with a message: shown where the pointer, the finger or the focus is. */
export function MessageTools({ message, onDone }: { message: Message; onDone: () => void }) {
  const [isPicking, setPicking] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const { me, can, begin, react, remove } = useChat()
  const isMine = message.sender?.user_id === me
  const done = (what: () => void) => () => {
    what()
    onDone()
  }
  if (isAsking) return <Sure onYes={done(() => void remove(message))} onNo={() => setAsking(false)} />
  return (
    <div className="parley-tools" role="toolbar" aria-label="What to do with this message">
      {can.has('message.react') && <Tool name="react" label="React" onClick={() => setPicking(!isPicking)} />}
      {can.has('message.send') && (
        <Tool name="reply" label="Reply" onClick={done(() => begin({ kind: 'reply', message }))} />
      )}
      {isMine && can.has('message.edit') && (
        <Tool name="edit" label="Edit" onClick={done(() => begin({ kind: 'edit', message }))} />
      )}
      {can.has(isMine ? 'message.delete' : 'message.delete_any') && (
        <Tool name="trash" label="Delete" onClick={() => setAsking(true)} />
      )}
      {isPicking && (
        <EmojiGrid
          label="React with"
          onClose={() => setPicking(false)}
          onPick={(emoji) => done(() => void react(message, emoji, true))()}
        />
      )}
    </div>
  )
}

const Tool = ({ name, label, onClick }: { name: IconName; label: string; onClick: () => void }) => (
  <button type="button" aria-label={label} title={label} onClick={onClick}>
    <Icon name={name} />
  </button>
)

const Sure = ({ onYes, onNo }: { onYes: () => void; onNo: () => void }) => (
  <div className="parley-tools" role="toolbar" aria-label="Delete it for everybody?">
    <button type="button" className="parley-calm" ref={(button) => button?.focus()} onClick={onNo}>
      Keep
    </button>
    <button type="button" className="parley-sure" onClick={onYes}>
      Delete for everybody
    </button>
  </div>
)
