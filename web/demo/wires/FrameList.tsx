import { Button } from '@mantine/core'
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type UIEvent } from 'react'
import { asText, filtered, type Entry, type Filter, type FrameLog } from './frame-log.js'
import { FrameFilter } from './FrameFilter.js'
import { FrameRow } from './FrameRow.js'

/** The frames, the newest last; whoever reads further up stays there. */
export function FrameList({ log }: { log: FrameLog }) {
  const now = useSyncExternalStore(log.subscribe, log.getSnapshot)
  const [paused, setPaused] = useState<readonly Entry[] | null>(null)
  const [filter, setFilter] = useState<Filter>({ text: '', direction: 'all', beats: false })
  const [copied, setCopied] = useState('')
  const entries = filtered(paused ?? now, filter)
  const following = useFollowing()

  const clear = (): void => {
    log.clear()
    setPaused(paused && [])
  }
  const waiting = paused ? now.filter(({ id }) => id > (paused.at(-1)?.id ?? 0)).length : 0
  return (
    <section className="wires-card wires-frames" aria-labelledby="wires-frames-title">
      <div className="wires-head">
        <h2 id="wires-frames-title">Frames</h2>
        <div className="wires-buttons">
          <output className="wires-quiet">{copied}</output>
          <Button size="xs" variant="default" onClick={() => setPaused(paused ? null : now)}>
            {paused ? `Go on${waiting ? ` (${waiting} new)` : ''}` : 'Pause'}
          </Button>
          <Button size="xs" variant="default" onClick={() => void copy(entries).then(setCopied)}>
            Copy
          </Button>
          <Button size="xs" variant="default" onClick={clear}>
            Clear
          </Button>
        </div>
      </div>
      <FrameFilter filter={filter} onChange={setFilter} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
      <div className="wires-list" role="log" aria-labelledby="wires-frames-title" tabIndex={0} {...following}>
        {entries.length === 0 && <p className="wires-quiet wires-empty">Nothing yet. Connect, or play the seed.</p>}
        {entries.map((entry) => (
          <FrameRow key={entry.id} entry={entry} />
        ))}
      </div>
    </section>
  )
}

/** Shows the end of a list whenever it has grown or has another size, unless somebody has scrolled up. */
function useFollowing() {
  const ref = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const follow = (): void => {
    if (isAtEnd.current) ref.current!.scrollTop = ref.current!.scrollHeight
  }
  useLayoutEffect(follow)
  useEffect(() => {
    const observer = new ResizeObserver(follow)
    observer.observe(ref.current!)
    return () => observer.disconnect()
  }, [])
  const onScroll = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: UIEvent): void => {
    isAtEnd.current = scrollTop + clientHeight > scrollHeight - 40
  }
  return { ref, onScroll }
}

async function copy(entries: readonly Entry[]): Promise<string> {
  try {
    await navigator.clipboard.writeText(asText(entries))
    return `Copied ${entries.length} lines.`
  } catch {
    return 'The browser copies only on https or localhost, and if you let it.'
  }
}
