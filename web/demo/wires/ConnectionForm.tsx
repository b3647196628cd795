import '@mantine/core/styles/Button.css'
import '@mantine/core/styles/Input.css'
import '@mantine/core/styles/PasswordInput.css'
import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import type { Credential, Dialect, Place } from './dialects.js'
import { aboutOf } from './frames.js'
import type { State, Wire } from './use-connection.js'

const shows: Record<Credential, string> = {
  token: 'my token',
  cookie: 'my token, in the cookie access_token',
  nothing: 'nothing',
}

interface Props {
  dialect: Dialect
  place: Place
  onChange: (part: Partial<Place>) => void
  wire: Wire
  onBegin: () => void
  onRenew: () => void
}

/** Where one connects, as whom, and whether one is. */
export function ConnectionForm({ dialect, place, onChange, wire, onBegin, onRenew }: Props) {
  const { state } = wire
  const isClosed = state.is === 'closed'
  const name = dialect.place === 'room' ? 'Room' : 'Stream'
  return (
    <form
      className="wires-card"
      aria-label="Connection"
      onSubmit={(event) => {
        event.preventDefault()
        if (isClosed) wire.connect(place)
        else wire.disconnect()
      }}
    >
      <div className="wires-head">
        <h2>Connection</h2>
        <StateBadge state={state} />
      </div>
      <p className="wires-address">
        <span>{dialect.transport}</span> <code>{dialect.address(place).replace('$token', '…')}</code>
      </p>
      <p className="wires-quiet">{aboutOf(dialect.wire).description.replaceAll('`', '')}</p>
      <TextInput
        label={name}
        value={place[dialect.place]}
        onChange={({ currentTarget: { value } }) => onChange({ [dialect.place]: value })}
        description={hints[dialect.wire]}
        inputWrapperOrder={['label', 'input', 'description']}
      />
      <NativeSelect
        label="Show the service"
        value={place.credential}
        onChange={({ currentTarget: { value } }) => onChange({ credential: value as Credential })}
        data={dialect.credentials.map((value) => ({ value, label: labelOf(dialect, value) }))}
      />
      {place.credential !== 'nothing' && (
        <div className="wires-token">
          <PasswordInput
            label="Token"
            autoComplete="off"
            value={place.token}
            onChange={({ currentTarget: { value } }) => onChange({ token: value.trim() })}
          />
          <Button variant="default" onClick={onRenew}>
            New one
          </Button>
        </div>
      )}
      {dialect.resumes && (
        <TextInput
          label="Go on after seq"
          placeholder="empty: the newest"
          inputMode="numeric"
          value={place.afterSeq}
          onChange={({ currentTarget: { value } }) => onChange({ afterSeq: value.replace(/\D/g, '') })}
        />
      )}
      <div className="wires-buttons">
        <Button type="submit" variant={isClosed ? 'filled' : 'default'}>
          {isClosed ? 'Connect' : 'Disconnect'}
        </Button>
        {dialect.place === 'stream' && (
          <Button variant="default" onClick={onBegin}>
            Begin this stream
          </Button>
        )}
      </div>
    </form>
  )
}

const hints: Partial<Record<Dialect['wire'], string>> = {
  chat: 'Filled into the frames below.',
  live: 'Filled into the frames below. It must have begun.',
  stream: 'It must have begun.',
  rooms: 'Filled into the frames below: any name, or the id of a stored room.',
}

const labelOf = ({ wire }: Dialect, credential: Credential): string =>
  credential === 'nothing' && wire === 'stream' ? 'nothing, as a guest who only reads' : shows[credential]

function StateBadge({ state }: { state: State }) {
  const ended = state.is === 'closed' && state.end
  const text = ended ? ['closed', ended.code, ended.reason].filter(Boolean).join(' ') : words[state.is]
  return (
    <output className="wires-state" data-state={ended ? 'ended' : state.is} aria-label="State of the connection">
      {text}
    </output>
  )
}

const words: Record<State['is'], string> = { closed: 'not connected', connecting: 'connecting …', open: 'connected' }
