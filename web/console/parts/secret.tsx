import { Alert, Button, CopyButton, Group, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'

/** Selected at once, so that it can be copied by hand too. */
export const CopyField = ({ label, value }: { label: string; value: string }) => (
  <Group align="end" gap="xs" wrap="nowrap">
    <TextInput
      label={label}
      value={value}
      readOnly
      className="grow"
      ff="monospace"
      spellCheck={false}
      onFocus={(event) => event.currentTarget.select()}
    />
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button variant={copied ? 'light' : 'filled'} color={copied ? 'green' : 'indigo'} onClick={copy}>
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </Button>
      )}
    </CopyButton>
  </Group>
)

/** What is shown this once. Only a deliberate press closes it, never a stray one beside it. */
export const ShownOnce = ({
  title,
  label,
  value,
  warning,
  children,
  onKept,
}: {
  title: string
  label: string
  value: string
  warning: string
  children?: ReactNode
  onKept: () => void
}) => (
  <Modal
    opened
    onClose={onKept}
    title={title}
    size="lg"
    withCloseButton={false}
    closeOnEscape={false}
    closeOnClickOutside={false}
  >
    <Stack>
      <Alert color="orange" py="xs">
        <Text size="sm">{warning}</Text>
      </Alert>
      <CopyField label={label} value={value} />
      {children}
      <Group justify="end">
        <Button variant="default" onClick={onKept}>
          I have kept it
        </Button>
      </Group>
    </Stack>
  </Modal>
)

/** An id, which is copied when it is pressed. */
export const CopyId = ({ value }: { value: string }) => (
  <CopyButton value={value}>
    {({ copied, copy }) => (
      <UnstyledButton onClick={copy} title="Copy the id" className="copy-id" aria-label={`Copy the id ${value}`}>
        {value}
        <span aria-live="polite">{copied ? ' · copied' : ''}</span>
      </UnstyledButton>
    )}
  </CopyButton>
)
