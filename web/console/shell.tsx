/** The frame around all pages: where one is, where one may go, who one is. */
import { AppShell, Badge, Burger, Button, Group, NavLink, Stack, Text } from '@mantine/core'
import { lazy, Suspense, useState, type ComponentType, type MouseEvent } from 'react'
import { Boundary } from '../boundary.js'
import { useAction } from './load.js'
import { Icon, type IconName } from './parts/icons.js'
import { ProblemAlert } from './parts/problem.js'
import { SchemeButton } from './parts/scheme.js'
import { Broken, Empty, Loading } from './parts/states.js'
import { href, useRoute } from './route.js'
import { useSession, useSessionState } from './session.js'

interface Place {
  id: string
  name: string
  icon: IconName
  page: ComponentType<{ parts: string[] }>
}

const operators: Place[] = [
  { id: '', name: 'Overview', icon: 'overview', page: lazy(() => import('./pages/overview.js')) },
  { id: 'tenants', name: 'Tenants', icon: 'tenants', page: lazy(() => import('./pages/tenants.js')) },
]

const tenants: Place[] = [
  { id: '', name: 'Overview', icon: 'overview', page: lazy(() => import('./pages/own-usage.js')) },
  { id: 'users', name: 'Users', icon: 'users', page: lazy(() => import('./pages/users.js')) },
  { id: 'rooms', name: 'Rooms', icon: 'rooms', page: lazy(() => import('./pages/rooms.js')) },
  { id: 'search', name: 'Search', icon: 'search', page: lazy(() => import('./pages/search.js')) },
  { id: 'settings', name: 'Settings', icon: 'settings', page: lazy(() => import('./pages/own-settings.js')) },
]

export default function Shell() {
  const { kind } = useSession()
  const [at = '', ...parts] = useRoute()
  const [isOpen, setOpen] = useState(false)
  const places = kind === 'operator' ? operators : tenants
  const place = places.find(({ id }) => id === at)
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <AppShell.Header>
        <a href="#main" className="skip" onClick={skip}>
          Skip to the page
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" className="shrink">
            <Burger
              opened={isOpen}
              onClick={() => setOpen(!isOpen)}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
              aria-expanded={isOpen}
            />
            <Text fw={700}>Parley</Text>
            <Who />
          </Group>
          <Group gap={4} wrap="nowrap">
            <SchemeButton />
            <LogOut />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" data-closed={!isOpen || undefined}>
        {places.map(({ id, name, icon }) => (
          <NavLink
            key={id}
            href={href(id)}
            label={name}
            leftSection={<Icon name={icon} />}
            active={id === at}
            aria-current={id === at ? 'page' : undefined}
            onClick={() => setOpen(false)}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <div className="page">
          <Boundary at={href(at, ...parts)} instead={<Broken />}>
            <Suspense fallback={<Loading />}>{place ? <place.page parts={parts} /> : <Nowhere />}</Suspense>
          </Boundary>
        </div>
      </AppShell.Main>
    </AppShell>
  )
}

/** The hash says which page it is, so the browser's own jump would leave it. */
function skip(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

function Who() {
  const { kind, tenant_name } = useSession()
  return kind === 'operator' ? (
    <Badge color="gray">Operator</Badge>
  ) : (
    <Text size="sm" c="dimmed" truncate>
      {tenant_name}
    </Text>
  )
}

function LogOut() {
  const { logOut } = useSessionState()
  const { isBusy, problem, run } = useAction()
  return (
    <Stack gap={4}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        loading={isBusy}
        leftSection={<Icon name="out" size={16} />}
        onClick={() => run(logOut)}
      >
        Log out
      </Button>
      {problem && (
        <div className="under-header">
          <ProblemAlert problem={problem} />
        </div>
      )}
    </Stack>
  )
}

const Nowhere = () => (
  <Empty title="There is no such page">
    <a href={href()}>Go to the overview</a>
  </Empty>
)
