import { clock, sizeOf, type Entry } from './frame-log.js'

const words = { sent: 'sent', heard: 'heard', note: '' }
const arrows = { sent: '→', heard: '←', note: '' }

/** One frame in one line, and what is in it below, for who opens it. */
export function FrameRow({ entry: { at, who, direction, name, raw, body } }: { entry: Entry }) {
  const line = (
    <>
      <time className="wires-time" dateTime={at.toISOString()}>
        {clock(at)}
      </time>
      <span className="wires-who">{who}</span>
      <span className="wires-arrow">
        <span aria-hidden="true">{arrows[direction]}</span>
        <span className="wires-unseen">{words[direction]}</span>
      </span>
      <span className="wires-name">{name}</span>
      <code className="wires-raw">{raw}</code>
      <span className="wires-size">{direction === 'note' ? '' : `${sizeOf(raw)} B`}</span>
    </>
  )
  const look = `wires-row wires-${direction}${who ? '' : ' wires-step'}`
  if (body === undefined) return <div className={`${look} wires-line`}>{line}</div>
  return (
    <details className={look}>
      <summary className="wires-line">{line}</summary>
      <pre className="wires-pretty">{JSON.stringify(body, null, 2)}</pre>
    </details>
  )
}
