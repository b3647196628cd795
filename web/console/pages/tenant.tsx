import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useLoad, type Load } from '../load.js'
import { Confirm } from '../parts/confirm.js'
import { tenantName } from '../parts/format.js'
import { Page } from '../parts/page.js'
import { CopyId } from '../parts/secret.js'
import { Loaded } from '../parts/states.js'
import { LinkTabs } from '../parts/tabs.js'
import { useApi } from '../session.js'
import type { Tenant } from '../types.js'
import { ApiTokens } from './api-tokens.js'
import { TenantKeys } from './tenant-keys.js'
import { TenantLimits } from './tenant-limits.js'
import { TenantSettings } from './tenant-settings.js'
import { TenantStatus } from '../parts/status.js'
import { UsageOf } from './usage.js'

const tabs = [
  { id: 'usage', name: 'Usage' },
  { id: 'tokens', name: 'API tokens' },
  { id: 'settings', name: 'Settings' },
  { id: 'limits', name: 'Limits' },
  { id: 'keys', name: 'Keys' },
]

/** One tenant, as its operator sees it. */
export default function TenantPage({ tenantId, tab }: { tenantId: string; tab: string }) {
  const load = useLoad<Tenant>(`/admin/tenant/${encodeURIComponent(tenantId)}`)
  return (
    <Loaded of={load}>
      {(tenant) => (
        <Page
          title={tenantName(tenant)}
          badges={<TenantStatus status={tenant.status} />}
          sentence={
            <>
              <CopyId value={tenant.tenant_id} />
              <Text size="sm">
                Its users and rooms are its own affair: they are seen by logging in with its API token.
              </Text>
            </>
          }
          up={{ name: 'Tenants', to: ['tenants'] }}
          actions={<Suspend tenant={tenant} load={load} />}
        >
          <LinkTabs label={tenantName(tenant)} base={['tenants', tenant.tenant_id]} tabs={tabs} current={tab} />
          <Tab tab={tab} tenant={tenant} load={load} />
        </Page>
      )}
    </Loaded>
  )
}

function Tab({ tab, tenant, load }: { tab: string; tenant: Tenant; load: Load<Tenant> }) {
  const path = `/admin/tenant/${tenant.tenant_id}`
  if (tab === 'tokens') return <ApiTokens path={`${path}/api-token`} />
  if (tab === 'settings') return <TenantSettings tenant={tenant} onChange={load.set} />
  if (tab === 'limits') return <TenantLimits tenant={tenant} onChange={load.set} />
  if (tab === 'keys') return <TenantKeys path={path} />
  return <UsageOf path={`${path}/usage`} />
}

function Suspend({ tenant, load }: { tenant: Tenant; load: Load<Tenant> }) {
  const api = useApi()
  const [isAsking, setAsking] = useState(false)
  const isActive = tenant.status === 'active'
  const set = async (): Promise<void> => {
    const status = isActive ? 'suspended' : 'active'
    load.set(await api.patch(`/admin/tenant/${tenant.tenant_id}`, { status }))
  }
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {isActive ? 'Suspend' : 'Resume'}
      </Button>
      {isAsking && (
        <Confirm
          title={isActive ? `Suspend ${tenantName(tenant)}?` : `Resume ${tenantName(tenant)}?`}
          does={isActive ? 'Suspend' : 'Resume'}
          isHarmless={!isActive}
          action={set}
          onClose={() => setAsking(false)}
        >
          {isActive
            ? 'Everything of it is refused, and its sockets end at once. Nothing is deleted, and you can resume it.'
            : 'Its users and its backend can come again, with the tokens that they have.'}
        </Confirm>
      )}
    </>
  )
}
