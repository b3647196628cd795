/** The tab of the demo page where one speaks any of the five wires by hand, and sees every frame. */
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Tabs.css'
import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { dialects } from './dialects.js'
import type { WireName } from './documented.js'
import type { Session } from '../session.js'
import { WirePanel } from './WirePanel.js'
import './styles/index.css'

export function Wires({ session }: { session: Session }) {
  const [wire, setWire] = useState<WireName>('chat')
  return (
    <section className="wires" aria-labelledby="wires-title">
      <h1 id="wires-title">Five wires, one room</h1>
      <p className="wires-quiet">
        Whoever is on one wire hears who is on another. Choose one, connect, see the raw frames both ways, and send your
        own.
      </p>
      <Tabs value={wire} onChange={(chosen) => setWire(chosen as WireName)} keepMounted={false}>
        <Tabs.List aria-label="Wires">
          {dialects.map(({ wire, label, seed }) => (
            <Tabs.Tab key={wire} value={wire}>
              {label} <span className="wires-seed">seed {seed}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {dialects.map((dialect) => (
          <Tabs.Panel key={dialect.wire} value={dialect.wire}>
            <WirePanel dialect={dialect} session={session} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </section>
  )
}
