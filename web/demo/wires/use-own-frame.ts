/** What somebody is about to send by hand, and what became of it. */
import { useState } from 'react'
import type { Dialect, Place } from './dialects.js'
import { lastMessage, type FrameLog } from './frame-log.js'
import type { Template } from './documented.js'
import { aboutOf, filled, type Known } from './frames.js'
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

/** What a proposal has of its own; it is made anew for each. */
const beginning = (log: FrameLog) => ({ ownId: crypto.randomUUID(), message: lastMessage(log.getSnapshot()) })

export function useOwnFrame({ dialect, place, userName, wire: { state }, log }: OwnFrameProps) {
  const { takes } = aboutOf(dialect.wire)
  const [choice, setChoice] = useState(takes[0]!.name)
  const [name, setName] = useState('')
  const [proposal, setProposal] = useState(() => beginning(log))
  /** null: as it was proposed. */
  const [edited, setEdited] = useState<string | null>(null)
  const [isAnswered, setIsAnswered] = useState(true)
  const [outcome, setOutcome] = useState('')
  const template = takes.find((one) => one.name === choice)
  const body = edited ?? proposed(template, { ...place, ...proposal, userName })
  const read: Read = choice === rawText ? { value: body } : readJson(body)

  const choose = (chosen: string): void => {
    setChoice(chosen)
    setEdited(null)
    setProposal(beginning(log))
    setOutcome('')
  }

  const send = (): void => {
    if (state.is !== 'open') return setOutcome('Connect first.')
    if ('trouble' in read) return
    setOutcome('Sent. Its answer stands among the frames.')
    setProposal(beginning(log))
    if (choice === rawText) return state.connection.sendText(body)
    const frame = { name: choice === otherFrame ? name : choice, body: read.value }
    const isAsked = isAnswered && dialect.transport === 'Socket.IO'
    const onAnswer = (answer: unknown): void => setOutcome(shownAnswer(answer))
    state.connection.send(frame, isAsked ? onAnswer : undefined)
  }

  const trouble = 'trouble' in read ? read.trouble : null
  return { template, choice, choose, name, setName, body, setEdited, isAnswered, setIsAnswered, trouble, send, outcome }
}

const proposed = (template: Template | undefined, known: Known): string =>
  template?.body ? JSON.stringify(filled(template.body, known), null, 2) : ''

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
