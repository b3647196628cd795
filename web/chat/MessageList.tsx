import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import type { RoomSnapshot } from '@parley/client'
import { blocksOf, isTogether, readersOf } from './grouping.js'
import { Icon } from './Icon.js'
import { MessageBlock } from './MessageBlock.js'
import { Empty, Older, Skeleton } from './ListParts.js'
import { Outgoing } from './Outgoing.js'
import { useHeldScroll } from './use-held-scroll.js'
import { useIsVisible, useNewFrom } from './use-new-from.js'

interface MessageListProps {
  room: RoomSnapshot
  me: string
  loadOlder: () => Promise<void>
  markRead: () => void
}

export function MessageList({ room, me, loadOlder, markRead }: MessageListProps) {
  const { log, end, isAtEnd, onScroll, toEnd } = useHeldScroll()
  const isWatched = useIsVisible() && isAtEnd
  const [newFrom, clearNew] = useNewFrom(room, me, isWatched)
  const { messages, outgoing, status } = room
  const last = messages.at(-1)
  const lastSeq = last?.seq ?? 0
  const lastOutgoing = outgoing.at(-1)?.client_message_id
  const newCount = useNewCount(isAtEnd, lastSeq)
  useEffect(() => {
    if (isWatched && status === 'live' && lastSeq) markRead()
  }, [isWatched, status, lastSeq, markRead])
  useEffect(() => {
    if (lastOutgoing === undefined) return
    clearNew()
    toEnd()
  }, [lastOutgoing, clearNew, toEnd])
  useEffect(() => {
    if (newFrom !== null) showNew(log.current!)
  }, [newFrom, log])
  return (
    <div className="parley-list">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the arrow keys go through it */}
      <div
        ref={log}
        className="parley-log"
        role="log"
        aria-label="Messages. The arrow keys go from one to the next."
        aria-busy={status === 'opening'}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is scrolled by keys, too
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={walk}
      >
        <div className="parley-content">
          {status === 'opening' && <Skeleton />}
          <Older room={room} log={log} load={loadOlder} />
          {status === 'live' && !messages.length && !outgoing.length && <Empty />}
          <Blocks room={room} me={me} newFrom={newFrom} />
          {outgoing.map((message, at) => (
            <Outgoing
              key={message.client_message_id}
              message={message}
              starts={at === 0 && !isTogether(last, { sender: { user_id: me }, created_at: message.created_at })}
            />
          ))}
          <div ref={end} className="parley-end" />
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" className="parley-newest" onClick={toEnd}>
          <Icon name="down" />
          {newCount ? `${newCount} new` : 'Newest'}
        </button>
      )}
    </div>
  )
}

function Blocks({ room, me, newFrom }: { room: RoomSnapshot; me: string; newFrom: number | null }) {
  const { messages, members } = room
  const blocks = useMemo(() => blocksOf(messages), [messages])
  const readers = useMemo(() => readersOf(members, messages, me), [members, messages, me])
  const byId = useMemo(() => new Map(messages.map((message) => [message.message_id, message])), [messages])
  return blocks.map((block, at) => (
    <MessageBlock
      key={block.key}
      messages={block.messages}
      before={blocks[at - 1]?.messages.at(-1)}
      after={blocks[at + 1]?.messages[0]}
      quoted={block.messages.map(({ reply_to }) => (reply_to ? byId.get(reply_to) : undefined))}
      readers={block.messages.map(({ seq }) => readers.get(seq))}
      newFrom={newFrom}
      isFar={at < blocks.length - 2}
    />
  ))
}

/** How many came since the end was left. Nothing is set by a message: of a burst of them React would think that it never ends. */
function useNewCount(isAtEnd: boolean, lastSeq: number): number {
  const [left, setLeft] = useState({ isAtEnd: true, seq: 0 })
  if (left.isAtEnd !== isAtEnd) setLeft({ isAtEnd, seq: lastSeq })
  return isAtEnd || !left.seq ? 0 : lastSeq - left.seq
}

/** What is new begins at the top, if there is more of it than fits. */
function showNew(log: HTMLElement): void {
  const line = log.querySelector('[data-kind=new]')
  if (line && line.getBoundingClientRect().top < log.getBoundingClientRect().top)
    line.scrollIntoView({ block: 'start' })
}

/** From message to message by the arrow keys. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = new Map([
    ['ArrowUp', -1],
    ['ArrowDown', 1],
  ]).get(event.key)
  const from = (event.target as Element).closest<HTMLElement>('[role=log], article')
  if (!step || from !== event.target) return
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('article')]
  const at = all.indexOf(from)
  const next = at < 0 ? all.at(-1) : all[at + step]
  if (!next) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}
