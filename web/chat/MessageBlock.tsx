import { Fragment, memo } from 'react'
import type { Member, Message } from '@parley/client'
import { dayOf } from './dates.js'
import { isSameDay, isSameList, isTogether } from './grouping.js'
import { MessageItem } from './MessageItem.js'

interface BlockProps {
  messages: readonly Message[]
  before: Message | undefined
  after: Message | undefined
  /** Of each message: what it answers, and who has read up to it. */
  quoted: readonly (Message | undefined)[]
  readers: readonly (readonly Member[] | undefined)[]
  newFrom: number | null
  isFar: boolean
}

/** Some dozens of messages, which are looked at again only when one of them changed. */
export const MessageBlock = memo(function MessageBlock(props: BlockProps) {
  const { messages, newFrom } = props
  return (
    <div className="parley-block" data-far={props.isFar || undefined}>
      {messages.map((message, at) => {
        const before = at ? messages[at - 1] : props.before
        const after = at + 1 < messages.length ? messages[at + 1] : props.after
        const isNew = message.seq === newFrom
        const isDay = !before || !isSameDay(before, message)
        return (
          <Fragment key={message.message_id}>
            {isDay && <Rule text={dayOf(message.created_at)} kind="day" />}
            {isNew && <Rule text="New" kind="new" />}
            <MessageItem
              message={message}
              starts={isNew || !isTogether(before, message)}
              ends={after?.seq === newFrom || !isTogether(message, after)}
              quoted={props.quoted[at]}
              readers={props.readers[at]}
            />
          </Fragment>
        )
      })}
    </div>
  )
}, isSame)

const Rule = ({ text, kind }: { text: string; kind: 'day' | 'new' }) => (
  <div className="parley-rule" data-kind={kind}>
    {text}
  </div>
)

function isSame(one: BlockProps, other: BlockProps): boolean {
  return (
    isSameList(one.messages, other.messages) &&
    isSameList(one.quoted, other.quoted) &&
    one.readers.every((list, at) => isSameList(list ?? [], other.readers[at] ?? [])) &&
    one.before === other.before &&
    one.after === other.after &&
    one.isFar === other.isFar &&
    placeOf(one) === placeOf(other)
  )
}

/** A line that is drawn elsewhere is no concern of this block. */
function placeOf({ newFrom, messages }: BlockProps): number | null {
  if (newFrom === null || newFrom < messages[0]!.seq || newFrom > messages.at(-1)!.seq + 1) return null
  return newFrom
}
