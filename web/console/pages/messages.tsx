import './messages.css'
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useLayoutEffect, useRef, useState, useSyncExternalStore, type FormEvent } from 'react'
import { useAction } from '../load.js'
import { ProblemAlert } from '../parts/problem.js'
import { Empty } from '../parts/states.js'
import { href } from '../route.js'
import { useApi } from '../session.js'
import type { Message } from '../types.js'
import type { RoomWatch } from '../watch.js'
import { MessageActs, type Act } from './message-acts.js'
import { MessageRow } from './message-row.js'

/** What is said in a room, as it is said, and what may be done about it. */
export function Messages({ watch, around }: { watch: RoomWatch; around: number | null }) {
  const { room, messages, hasOlder, isBehind, problem } = useSyncExternalStore(watch.subscribe, watch.getSnapshot)
  const [act, setAct] = useState<Act | null>(null)
  const older = useAction()
  const api = useApi()
  const pinning = useAction()
  const list = useFollowing(messages, around)
  const onAct = (act: Act): void => {
    if (act.kind !== 'pin') return setAct(act)
    const path = `/room/${act.message.room_id}/message/${act.message.message_id}/pin`
    pinning.run(async () => {
      await (act.message.pinned ? api.delete(path) : api.put(path))
      await watch.look()
    })
  }
  if (!room) return null
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Live isStalled={problem !== null} />
        <Text size="xs" c="dimmed">
          You read as the backend: nobody in the room sees that you are here.
        </Text>
      </Group>
      <ProblemAlert problem={problem ?? pinning.problem ?? older.problem} />
      {messages.length === 0 ? (
        <Empty title="Nothing was said here yet">What is said appears here by itself.</Empty>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by the keyboard too
        <div className="messages" ref={list} role="log" aria-label="Messages" tabIndex={0}>
          {hasOlder && (
            <Button
              variant="subtle"
              size="compact-sm"
              loading={older.isBusy}
              onClick={() => older.run(() => watch.older())}
            >
              Show older
            </Button>
          )}
          {messages.map((message) => (
            <MessageRow key={message.message_id} message={message} isSought={message.seq === around} onAct={onAct} />
          ))}
        </div>
      )}
      {isBehind && (
        <Anchor href={href('rooms', room.room_id, 'messages')} size="sm">
          Much was said since. Go to the newest messages
        </Anchor>
      )}
      {!room.archived && <SystemMessage roomId={room.room_id} onSent={() => watch.look()} />}
      {act && <MessageActs act={act} onClose={() => setAct(null)} onDone={() => watch.look()} />}
    </Stack>
  )
}

const Live = ({ isStalled }: { isStalled: boolean }) => (
  <Text component="output" size="sm" className="live" data-stalled={isStalled || undefined}>
    {isStalled ? 'Not up to date: trying again' : 'Live'}
  </Text>
)

interface Place {
  isAtEnd: boolean
  /** The uppermost message that is seen, and how far below the upper edge it begins. */
  seq: string | undefined
  below: number
}

/** Stays at the end while somebody is there, and at what they read when something comes in or goes, above or below. */
function useFollowing(messages: readonly Message[], around: number | null) {
  const list = useRef<HTMLDivElement>(null)
  const before = useRef<Place | null>(null)
  useLayoutEffect(() => {
    const element = list.current
    if (!element) return
    const was = before.current
    const read = was?.seq && element.querySelector(`[data-seq="${was.seq}"]`)
    if (!was && around !== null) element.querySelector('[data-sought]')?.scrollIntoView({ block: 'center' })
    else if (!was || was.isAtEnd) element.scrollTop = element.scrollHeight
    else if (read) element.scrollTop += belowEdge(element, read) - was.below
    const note = (): void => void (before.current = placeIn(element))
    note()
    element.addEventListener('scroll', note)
    return () => element.removeEventListener('scroll', note)
  }, [messages, around])
  return list
}

const belowEdge = (list: Element, message: Element): number =>
  message.getBoundingClientRect().top - list.getBoundingClientRect().top

function placeIn(list: Element): Place {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  const edge = list.getBoundingClientRect().top
  const messages = [...list.querySelectorAll<HTMLElement>('[data-seq]')]
  const read = messages.find((message) => message.getBoundingClientRect().bottom > edge)
  return { isAtEnd, seq: read?.dataset['seq'], below: read ? belowEdge(list, read) : 0 }
}

function SystemMessage({ roomId, onSent }: { roomId: string; onSent: () => Promise<void> }) {
  const api = useApi()
  const [text, setText] = useState('')
  const { isBusy, problem, run } = useAction()
  const send = (event: FormEvent): void => {
    event.preventDefault()
    run(async () => {
      await api.post(`/room/${roomId}/message/send`, { text_message: text })
      setText('')
      await onSent()
    })
  }
  return (
    <form onSubmit={send}>
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          className="grow"
          label="Say something as the system"
          value={text}
          maxLength={10_000}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={isBusy} disabled={text.trim() === ''}>
          Send
        </Button>
      </Group>
      <ProblemAlert problem={problem} />
    </form>
  )
}
