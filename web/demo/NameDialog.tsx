import { Button, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { wordsOf } from '../words-of.js'
import { Brand } from './Brand.js'
import { begin, type Session } from './session.js'

/** The first thing that is asked, and the only one. */
export function NameDialog({ onSession }: { onSession: (session: Session) => void }) {
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current!.focus(), [])
  const submit = async (): Promise<void> => {
    if (!name.trim()) return setError('Tell us a name: any will do.')
    setBusy(true)
    try {
      onSession(await begin(name.trim()))
    } catch (error) {
      setError(wordsOf(error))
      setBusy(false)
    }
  }
  return (
    <main className="parley demo-door">
      <form
        className="demo-card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Brand />
        <h1>What shall we call you?</h1>
        <p>This is a demo, so there is no password. A second tab is a second person: open one and talk to yourself.</p>
        <TextInput
          label="Your name"
          placeholder="Ann"
          size="md"
          maxLength={50}
          autoComplete="nickname"
          ref={field}
          value={name}
          error={error}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button type="submit" size="md" fullWidth loading={isBusy}>
          Start chatting
        </Button>
      </form>
    </main>
  )
}
