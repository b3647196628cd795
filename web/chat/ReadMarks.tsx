import type { Member } from '@parley/client'
import { Avatar } from './Avatar.js'
import { nameOf } from './context.js'

/** Of more readers only the number is shown. */
const mostShown = 6

/** Who has read up to here. */
export function ReadMarks({ readers }: { readers: readonly Member[] }) {
  const names = readers.map(nameOf)
  const said = names.length > mostShown ? [...names.slice(0, mostShown), `${names.length - mostShown} more`] : names
  return (
    <div
      className="parley-reads"
      role="img"
      aria-label={`Read by ${said.join(', ')}`}
      title={`Read by ${said.join(', ')}`}
    >
      {readers.slice(0, mostShown).map(({ user_id, display_name, img_url }) => (
        <Avatar key={user_id} id={user_id} name={display_name} src={img_url} />
      ))}
      {readers.length > mostShown && `+${readers.length - mostShown}`}
    </div>
  )
}
