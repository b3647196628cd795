import type { Message } from '@parley/client'
import { useChat } from './context.js'

/** Who sees them may join in, and take their own back. */
export function Reactions({ message }: { message: Message }) {
  const { react, can } = useChat()
  if (!message.reactions.length) return null
  return (
    <div className="parley-reactions" role="group" aria-label="Reactions">
      {message.reactions.map(({ emoji, count, mine }) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={mine}
          aria-label={`${emoji} ${count}`}
          disabled={!can.has('message.react')}
          onClick={() => void react(message, emoji, !mine)}
        >
          <span>{emoji}</span>
          {count}
        </button>
      ))}
    </div>
  )
}
