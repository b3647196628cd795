import { memo } from 'react'
import type { OutgoingMessage } from '@parley/client'
import { useChat } from './context.js'
import { timeOf } from './dates.js'
import { Icon } from './Icon.js'
import { isEmojiOnly, MessageText } from './MessageText.js'

/** One's own message on its way. */
export const Outgoing = memo(function Outgoing({ message, starts }: { message: OutgoingMessage; starts: boolean }) {
  const { text_message: text, status, created_at } = message
  return (
    <article
      className="parley-message"
      tabIndex={-1}
      aria-label={`You, ${timeOf(created_at)}`}
      data-mine
      data-starts={starts || undefined}
      data-emoji={(text && isEmojiOnly(text)) || undefined}
      data-status={status}
    >
      <div className="parley-body">
        {starts && (
          <header className="parley-byline">
            <time dateTime={created_at}>{timeOf(created_at)}</time>
          </header>
        )}
        <div className="parley-wrap">
          <div className="parley-bubble">
            <span className="parley-text">
              <MessageText text={text ?? ''} />
            </span>
          </div>
        </div>
        {status === 'failed' ? <Failed message={message} /> : <OnItsWay isSent={status === 'sent'} />}
      </div>
    </article>
  )
})

const OnItsWay = ({ isSent }: { isSent: boolean }) => (
  <div className="parley-state">
    <Icon name={isSent ? 'check' : 'clock'} />
    {isSent ? 'Sent' : 'Sending…'}
  </div>
)

function Failed({ message: { client_message_id: id, error } }: { message: OutgoingMessage }) {
  const { retry, discard } = useChat()
  return (
    <div className="parley-state" data-failed role="alert">
      <Icon name="alert" />
      <span>Not sent: {error?.message}</span>
      <button type="button" className="parley-link" onClick={() => retry(id)}>
        Retry
      </button>
      <button type="button" className="parley-link" onClick={() => discard(id)}>
        Discard
      </button>
    </div>
  )
}
