/** What somebody is about to send by hand, and what became of it. */
import { useState } from 'react'
import type { Dialect, Place } from './dialects.js'
import { lastMessage, type FrameLog } from './frame-log.js'
import { aboutOf, filled, type Template } from './frames.js'
import type { Wire } from './use-connection.js'

export interface OwnFrameProps {
  dialect: Dialect
  place: Place
  userName: string
  wire: Wire
  log: FrameLog
}

/** Beside the frames that are documented. */
export const otherFrame = 'another one'
export const rawText = 'raw text, as it stands'

type Read = { value: unknown } | { trouble: string }

export function useOwnFrame({ dialect, place, userName, wire: { state }, log }: OwnFrameProps) {
  const { takes } = aboutOf(dialect.wire)
  const templateOf = (name: string): Template | undefined => takes.find((one) => one.name === name)

  const proposed = (name: string): string => {
    const { room, stream, token } = place
    const known = { room, stream, userName, token, message: lastMessage(log.getSnapshot()) }
    const body = templateOf(name)?.body
    return body ? JSON.stringify(filled(body, known), null, 2) : ''
  }
  const [choice, setChoice] = useState(takes[0]!.name)
  const [name, setName] = useState('')
  const [body, setBody] = useState(() => proposed(choice))
  const [isAnswered, setIsAnswered] = useState(true)
  const [outcome, setOutcome] = useState('')
  const isRaw = choice === rawText
  const read: Read = isRaw ? { value: body } : readJson(body)

  const choose = (chosen: string): void => {
    setChoice(chosen)
    setOutcome('')
    setBody(proposed(chosen))
  }

  const send = (): void => {
    if (state.is !== 'open') return setOutcome('Connect first.')
    if ('trouble' in read) return
    setOutcome('Sent. What answers it stands among the frames.')
    if (isRaw) return state.connection.sendText(body)
    const frame = { name: choice === otherFrame ? name : choice, body: read.value }
    const isAsked = isAnswered && dialect.transport === 'Socket.IO'
    const onAnswer = (answer: unknown): void => setOutcome(shownAnswer(answer))
    state.connection.send(frame, isAsked ? onAnswer : undefined)
  }

  const trouble = 'trouble' in read ? read.trouble : null
  const template = templateOf(choice)
  return { template, choice, choose, name, setName, body, setBody, isAnswered, setIsAnswered, trouble, send, outcome }
}

/** Nothing at all is nothing to say. */
function readJson(text: string): Read {
  if (text.trim() === '') return { value: null }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { trouble: `This is no JSON yet: ${(error as Error).message}` }
  }
}

/** The whole of it stands among the frames. */
function shownAnswer(answer: unknown): string {
  const { ok, error } = (answer ?? {}) as { ok?: boolean; error?: { code: string; detail: string } }
  return ok || !error ? 'Acknowledged: it was done.' : `Refused as ${error.code}: ${error.detail}`
}
