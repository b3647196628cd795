import { Button, Group, Modal, Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { useAction, type Action } from '../load.js'
import { ProblemAlert } from './problem.js'

interface FormProps {
  /** What the button says. */
  does: string
  action: () => Promise<unknown>
  onCancel?: () => void
  isDisabled?: boolean
  /** Beside the button, when it was done. */
  done?: ReactNode
  children: (form: Action) => ReactNode
}

/** Fields, and a button that says whether it is done yet. */
export function Form({ does, action, onCancel, isDisabled, done, children }: FormProps) {
  const form = useAction()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    form.run(action)
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {children(form)}
        <ProblemAlert problem={form.problem} />
        <Group justify={onCancel ? 'end' : 'start'}>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={form.isBusy} disabled={isDisabled ?? false}>
            {does}
          </Button>
          {done}
        </Group>
      </Stack>
    </form>
  )
}

export const FormModal = ({ title, onClose, ...form }: FormProps & { title: string; onClose: () => void }) => (
  <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
    <Form {...form} onCancel={onClose} />
  </Modal>
)
