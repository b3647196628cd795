import { visible } from '../../visible.js'
import { Page } from '../parts/page.js'
import { CopyId } from '../parts/secret.js'
import { useSession } from '../session.js'
import { UsageOf } from './usage.js'

/** A tenant's overview: what it uses, and what it may. */
export default function OwnUsage() {
  const { tenant_name, tenant_id } = useSession()
  return (
    <Page title={visible(tenant_name) ?? 'Overview'} sentence={tenant_id && <CopyId value={tenant_id} />}>
      <UsageOf path="/usage" />
    </Page>
  )
}
