import { Alert, Button, Card, Center, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useAction } from '../load.js'
import { ProblemAlert } from '../parts/problem.js'
import { SchemeButton } from '../parts/scheme.js'
import { useSessionState } from '../session.js'

/** The way in. The key goes into an http-only cookie, and nowhere else. */
export function Login({ why }: { why: string | null }) {
  const { logIn } = useSessionState()
  const [key, setKey] = useState('')
  const { isBusy, problem, run } = useAction()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus()
    document.title = 'Log in – Parley console'
  }, [])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    run(() => logIn(key.trim()))
  }
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card className="login" p="xl">
        <form onSubmit={submit}>
          <Stack>
            <div>
              <Text size="sm" c="dimmed">
                Parley
              </Text>
              <Title order={1}>Console</Title>
            </div>
            {why && !problem && (
              <Alert color="blue" py="xs">
                <Text size="sm">{why}</Text>
              </Alert>
            )}
            <PasswordInput
              label="Key"
              description="The operator’s ADMIN_KEY, or a tenant’s API token"
              value={key}
              required
              withAsterisk={false}
              ref={field}
              autoComplete="current-password"
              spellCheck={false}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the key', tabIndex: 0 }}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
            <ProblemAlert problem={problem} />
            <Button type="submit" loading={isBusy} fullWidth>
              Log in
            </Button>
            <Text size="xs" c="dimmed">
              The key is kept in a cookie that this page cannot read, for eight hours at most.
            </Text>
          </Stack>
        </form>
        <div className="login-scheme">
          <SchemeButton />
        </div>
      </Card>
    </Center>
  )
}
