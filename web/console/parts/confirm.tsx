import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { useAction } from '../load.js'
import { ProblemAlert } from './problem.js'

interface ConfirmProps {
  title: string
  /** What the button says. */
  does: string
  /** To be typed, where it cannot be undone. */
  word?: string
  isHarmless?: boolean
  children?: ReactNode
  action: () => Promise<unknown>
  onClose: () => void
}

/** Asks before something is done that somebody would miss. What goes wrong is said in it. */
export function Confirm({ title, does, word, isHarmless, children, action, onClose }: ConfirmProps) {
  const { isBusy, problem, run } = useAction()
  const [typed, setTyped] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    run(async () => {
      await action()
      onClose()
    })
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" component="div">
            {children}
          </Text>
          {word !== undefined && (
            <TextInput
              data-autofocus
              label={`Type “${word}” to go on`}
              value={typed}
              autoComplete="off"
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <ProblemAlert problem={problem} />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              color={isHarmless ? 'indigo' : 'red'}
              loading={isBusy}
              disabled={word !== undefined && folded(typed) !== folded(word)}
            >
              {does}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Without what nobody sees, or cannot type: in names of others it may be anything. */
const folded = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, '')
