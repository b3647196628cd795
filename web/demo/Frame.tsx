import { Button } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Boundary } from '../boundary.js'
import { ChatView } from './ChatView.js'
import { hashOf, usePlace, type Place } from './place.js'
import { Brand } from './Brand.js'
import { Glyph } from './Glyph.js'
import { SchemeSwitch } from './SchemeSwitch.js'
import { useSession } from './session-context.js'
import { StreamView } from './StreamView.js'
import { YouMenu } from './YouMenu.js'

const Wires = lazy(() => import('./wires/Wires.js').then(({ Wires }) => ({ default: Wires })))

const tabs = [
  { view: 'room', text: 'Chat', glyph: 'rooms' },
  { view: 'stream', text: 'Livestream', glyph: 'stream' },
  { view: 'wires', text: 'Wires', glyph: 'wires' },
] as const

/** What stands around every view: where one is, and who one is. */
export function Frame({ leave }: { leave: () => void }) {
  const place = usePlace()
  return (
    <div className="parley demo-frame" data-view={place.view} data-open={place.id ? true : undefined}>
      <header className="demo-top">
        <a href="#/" className="demo-home" aria-label="Parley, all rooms">
          <Brand />
        </a>
        <nav aria-label="Views">
          {tabs.map(({ view, text, glyph }) => (
            <a key={view} href={hashOf(view)} aria-current={view === place.view ? 'page' : undefined}>
              <Glyph name={glyph} />
              {text}
            </a>
          ))}
        </nav>
        <div className="demo-actions">
          <SchemeSwitch />
          <YouMenu leave={leave} />
        </div>
      </header>
      <Boundary at={hashOf(place.view, place.id ?? '')} instead={<Broken />}>
        <View place={place} />
      </Boundary>
    </div>
  )
}

const Broken = () => (
  <main className="demo-wait" role="alert">
    <p>This could not be shown.</p>
    <Button variant="default" onClick={() => location.reload()}>
      Load the page again
    </Button>
  </main>
)

function View({ place: { view, id } }: { place: Place }) {
  const session = useSession()
  if (view === 'stream') return <StreamView roomId={id ?? session.stream_room_id} />
  if (view === 'room') return <ChatView roomId={id} />
  return (
    <main className="demo-wires">
      <Suspense fallback={<p className="demo-wait">Loading…</p>}>
        <Wires session={session} />
      </Suspense>
    </main>
  )
}
