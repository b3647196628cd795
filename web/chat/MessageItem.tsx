import { memo, useState, type FocusEvent, type PointerEvent } from 'react'
import type { Member, Message } from '@parley/client'
import { Avatar } from './Avatar.js'
import { nameOf, useChat } from './context.js'
import { timeOf, wholeOf } from './dates.js'
import { isEmojiOnly, MessageText } from './MessageText.js'
import { MessageTools } from './MessageTools.js'
import { Attachment, Quote } from './Quote.js'
import { Reactions } from './Reactions.js'
import { ReadMarks } from './ReadMarks.js'

export interface MessageItemProps {
  message: Message
  /** Does a name stand above it, and does another begin below? */
  starts: boolean
  ends: boolean
  /** What it answers, if that is here. */
  quoted: Message | undefined
  readers: readonly Member[] | undefined
}

export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  const { message, starts, ends, quoted, readers } = props
  const { me, isCompact } = useChat()
  const { isActive, setActive, ...watched } = useActive()
  const { sender, deleted_at, seq } = message
  if (message.type === 'system') return <SystemLine message={message} />
  const isMine = sender?.user_id === me
  const hasFace = isCompact ? starts : ends && !isMine
  return (
    <article
      className="parley-message"
      tabIndex={-1}
      aria-label={`${isMine ? 'You' : nameOf(sender)}, ${timeOf(message.created_at)}`}
      data-seq={seq}
      {...marks({ mine: isMine, starts, ends, deleted: deleted_at !== null, emoji: isLarge(message) })}
      {...watched}
    >
      {hasFace && sender && <Avatar id={sender.user_id} name={sender.display_name} src={sender.img_url} />}
      <div className="parley-body">
        {starts && <Byline message={message} isMine={isMine} isCompact={isCompact} />}
        <div className="parley-wrap">
          <Bubble message={message} quoted={quoted} />
          {isActive && !deleted_at && <MessageTools message={message} onDone={() => setActive(false)} />}
        </div>
        <Reactions message={message} />
        {readers && !isCompact && <ReadMarks readers={readers} />}
      </div>
    </article>
  )
})

const SystemLine = ({ message: { seq, text_message } }: { message: Message }) => (
  <p className="parley-system" data-seq={seq}>
    {text_message}
  </p>
)

function Bubble({ message, quoted }: { message: Message; quoted: Message | undefined }) {
  const { text_message: text, file_url, reply_to, created_at, edited_at, deleted_at } = message
  if (deleted_at) return <div className="parley-bubble">This message was deleted</div>
  return (
    <div className="parley-bubble" title={wholeOf(created_at)}>
      {reply_to && <Quote message={quoted} />}
      <span className="parley-text">
        <MessageText text={text ?? ''} />
      </span>
      {file_url && <Attachment url={file_url} />}
      {edited_at && <span className="parley-edited">edited</span>}
    </div>
  )
}

const isLarge = ({ text_message: text, reply_to }: Message): boolean => !reply_to && text !== null && isEmojiOnly(text)

/** As `data-…`, those that are true. */
const marks = (all: Record<string, boolean>): object =>
  Object.fromEntries(Object.entries(all).flatMap(([name, is]) => (is ? [[`data-${name}`, true]] : [])))

interface BylineProps {
  message: Message
  isMine: boolean
  isCompact: boolean
}

const Byline = ({ message, isMine, isCompact }: BylineProps) => (
  <header className="parley-byline">
    {(!isMine || isCompact) && <b>{nameOf(message.sender)}</b>}
    <time dateTime={message.created_at}>{timeOf(message.created_at)}</time>
  </header>
)

/** A mouse is over it, a finger touched it, or the focus is in it. */
function useActive() {
  const [isActive, setActive] = useState(false)
  return {
    isActive,
    setActive,
    onPointerEnter: ({ pointerType }: PointerEvent) => pointerType === 'mouse' && setActive(true),
    onPointerLeave: ({ pointerType, currentTarget }: PointerEvent) => {
      if (pointerType === 'mouse' && !currentTarget.matches(':focus-within')) setActive(false)
    },
    onFocus: () => setActive(true),
    onBlur: ({ relatedTarget, currentTarget }: FocusEvent) => {
      if (!currentTarget.contains(relatedTarget)) setActive(false)
    },
  }
}
