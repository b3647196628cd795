import { Button } from '@mantine/core'
import type { Dialect } from './dialects.js'
import type { FrameLog } from './frame-log.js'
import type { Session } from '../session.js'
import type { Outcome } from './runner.js'
import { scenarios } from './scenarios/index.js'
import { useSeed } from './use-seed.js'

interface Props {
  dialect: Dialect
  session: Session
  log: FrameLog
}

type Mark = 'waiting' | 'playing' | 'done' | 'failed'

/** The seed of this wire, step by step, and what became of each. */
export function SeedPlayer({ dialect, session, log }: Props) {
  const scenario = scenarios[dialect.wire]
  const { progress, play, stop } = useSeed(scenario, session, log)
  const { isPlaying, outcomes, trouble } = progress
  const markOf = (at: number): Mark => {
    const outcome = outcomes[at]
    if (outcome) return outcome.ok ? 'done' : 'failed'
    return isPlaying && at === outcomes.length ? 'playing' : 'waiting'
  }
  return (
    <section className="wires-card" aria-labelledby="wires-seed-title">
      <div className="wires-head">
        <h2 id="wires-seed-title">Seed {dialect.seed}</h2>
        <Button size="xs" variant={isPlaying ? 'default' : 'filled'} onClick={() => (isPlaying ? stop() : void play())}>
          {isPlaying ? 'Stop' : 'Play the seed'}
        </Button>
      </div>
      <p className="wires-quiet">{scenario.title}</p>
      <output className="wires-quiet" aria-label="How far it is">
        {trouble ?? summaryOf(outcomes, scenario.steps.length)}
      </output>
      <ol className="wires-steps">
        {scenario.steps.map(({ title, part }, at) => (
          <li key={title} data-mark={markOf(at)}>
            <StepMark mark={markOf(at)} />
            <div>
              <StepText title={title} outcome={outcomes[at]} />
              {part && (
                <div className="wires-part" lang={scenario.language}>
                  {part}
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
      <details className="wires-quiet">
        <summary>What of the seed is not here</summary>
        <ul>
          {scenario.leavesOut.map((part) => (
            <li key={part}>{part}</li>
          ))}
        </ul>
      </details>
    </section>
  )
}

function summaryOf(outcomes: Outcome[], steps: number): string {
  const done = outcomes.filter(({ ok }) => ok).length
  const failed = outcomes.length - done
  return `${done} of ${steps} steps done${failed ? `, ${failed} failed` : ''}.`
}

function StepText({ title, outcome }: { title: string; outcome: Outcome | undefined }) {
  if (!outcome || outcome.expected.length === 0) return <span>{title}</span>
  const { expected, seen, ok } = outcome
  return (
    <details open={!ok}>
      <summary>{title}</summary>
      <dl className="wires-compared">
        {expected.map((wanted, at) => (
          <div key={wanted}>
            <dt>Expected</dt>
            <dd>{wanted}</dd>
            <dt>Seen</dt>
            <dd>{seen[at]}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

const shapes: Record<Mark, string> = {
  waiting: 'M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8',
  playing: 'M5 3l8 5-8 5z',
  done: 'M3 8.5l3.5 3.5L13 4.5',
  failed: 'M4 4l8 8M12 4l-8 8',
}

function StepMark({ mark }: { mark: Mark }) {
  return (
    <span>
      <svg className="wires-mark" viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[mark]} />
      </svg>
      <span className="wires-unseen">{mark}: </span>
    </span>
  )
}
