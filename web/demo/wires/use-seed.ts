/** Playing a scenario, as the page shows it. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { dialectOf } from './dialects.js'
import type { FrameLog } from './frame-log.js'
import { openConnection } from './open-connection.js'
import { renewed, secondPerson } from './people.js'
import type { Session } from '../session.js'
import { askTold } from './rest.js'
import { Play, type Outcome, type Stage } from './runner.js'
import type { Scenario, Who } from './scenarios/scenario.js'
import { fill, type Names } from './match.js'

export interface Progress {
  isPlaying: boolean
  /** Of the steps so far. */
  outcomes: Outcome[]
  /** Why it could not begin. */
  trouble: string | null
}

const idle: Progress = { isPlaying: false, outcomes: [], trouble: null }

export function useSeed(scenario: Scenario, session: Session, log: FrameLog) {
  const [progress, setProgress] = useState(idle)
  const playing = useRef<AbortController | null>(null)

  const stop = useCallback(() => {
    playing.current?.abort()
    playing.current = null
    setProgress((now) => ({ ...now, isPlaying: false }))
  }, [])

  const play = useCallback(async () => {
    playing.current?.abort()
    const mine = new AbortController()
    playing.current = mine
    setProgress({ ...idle, isPlaying: true })
    const isMine = (): boolean => playing.current === mine
    try {
      const people = { you: await renewed(session), other: await secondPerson(session) }
      if (!isMine()) return
      const steps = new Play(scenario, stageOf(scenario, people, log), namesOf(scenario, people), mine.signal).steps()
      for await (const outcome of steps) {
        if (isMine()) setProgress((now) => ({ ...now, outcomes: [...now.outcomes, outcome] }))
      }
    } catch (error) {
      if (isMine()) setProgress((now) => ({ ...now, trouble: (error as Error).message }))
    }
    if (isMine()) setProgress((now) => ({ ...now, isPlaying: false }))
  }, [scenario, session, log])

  useEffect(() => stop, [stop])
  return { progress, play, stop }
}

type People = Record<Who, Session>

function namesOf({ fresh }: Scenario, { you, other }: People): Names {
  const id = crypto.randomUUID().slice(0, 8)
  return {
    ...fill(fresh, { id }),
    id,
    you: you.user_id,
    yourName: you.display_name,
    other: other.user_id,
    otherName: other.display_name,
  }
}

function stageOf({ wire, steps }: Scenario, people: People, log: FrameLog): Stage {
  const dialect = dialectOf(wire)
  const nameOf = (who: Who): string => people[who].display_name
  return {
    nameOf,
    begins: ({ title }, at) =>
      log.add({ who: '', direction: 'note', name: `step ${at + 1} of ${steps.length}`, raw: title }),
    ask: (who, ...asked) => askTold(log, people[who], ...asked),
    open(who, how, { room = '', stream = '' }, inbox) {
      const { tenant_id: tenantId, user_id: userId, token } = people[who]
      const place = { ...how, tenantId, userId, token, room: String(room), stream: String(stream) }
      return openConnection(dialect, place, {
        shown: (news) => log.add({ who: nameOf(who), ...news }),
        heard: (heard) => inbox.push({ heard }),
        opened: () => inbox.push({ opened: true }),
        closed: (closed) => inbox.push({ closed }),
      })
    },
  }
}
