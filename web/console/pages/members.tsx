import { Anchor, Badge, Button, Menu } from '@mantine/core'
import { useState } from 'react'
import { useAction, usePages } from '../load.js'
import { Confirm } from '../parts/confirm.js'
import { FormModal } from '../parts/form.js'
import { day, nameOf } from '../parts/format.js'
import { More } from '../parts/menu.js'
import { Section } from '../parts/page.js'
import { ProblemAlert } from '../parts/problem.js'
import { Empty, Paged } from '../parts/states.js'
import { DataTable, type Column } from '../parts/table.js'
import { UserPick } from '../parts/user-pick.js'
import { href } from '../route.js'
import { useApi } from '../session.js'
import type { Member, MyRoom, User } from '../types.js'

interface Acts {
  can: (action: string) => boolean
  role: (member: Member, role: string) => void
  remove: (member: Member) => void
}

const columnsFor = (acts: Acts): Column<Member>[] => [
  {
    head: 'Name',
    cell: (member) => (
      <Anchor href={href('users', member.user_id)} size="sm" fw={600} className="breakable">
        {nameOf(member)}
      </Anchor>
    ),
  },
  {
    head: 'Role here',
    cell: ({ room_role }) => (room_role === 'member' ? 'member' : <Badge color="indigo">{room_role}</Badge>),
  },
  { head: 'Since', wide: true, cell: ({ joined_at }) => day(joined_at) },
  { head: 'Has read to', right: true, wide: true, cell: ({ last_read_seq }) => last_read_seq },
  { head: 'Actions', right: true, cell: (member) => <MemberActs member={member} {...acts} /> },
]

function MemberActs({ member, can, role, remove }: Acts & { member: Member }) {
  if (!can('member.role') && !can('member.remove')) return null
  const isOwner = member.room_role === 'owner'
  return (
    <More label={`More about ${nameOf(member)}`}>
      {!isOwner && can('member.role') && (
        <Menu.Item onClick={() => role(member, member.room_role === 'member' ? 'moderator' : 'member')}>
          {member.room_role === 'member' ? 'Make a moderator' : 'Make an ordinary member'}
        </Menu.Item>
      )}
      {!isOwner && can('room.hand_over') && <Menu.Item onClick={() => role(member, 'owner')}>Make the owner</Menu.Item>}
      {can('member.remove') && (
        <Menu.Item color="red" onClick={() => remove(member)}>
          Remove from the room
        </Menu.Item>
      )}
    </More>
  )
}

export function Members({ room, onChange }: { room: MyRoom; onChange: () => void }) {
  const api = useApi()
  const path = `/room/${room.room_id}`
  const members = usePages<Member>(`${path}/member`)
  const changing = useAction()
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Member | null>(null)
  const can = (action: string): boolean => room.can.includes(action)
  const changed = (): void => {
    members.reload()
    onChange()
  }
  const role = ({ user_id }: Member, role: string): void =>
    changing.run(async () => {
      if (role === 'owner') await api.patch(path, { owner_id: user_id })
      else await api.post(`${path}/member`, { user_ids: [user_id], room_role: role })
      changed()
    })
  return (
    <Section
      title="Members"
      actions={can('member.add') && <Button onClick={() => setAdding(true)}>Add a member</Button>}
    >
      <ProblemAlert problem={changing.problem} />
      <Paged of={members} empty={<Empty title="Nobody is a member">{nobodyIn(room)}</Empty>}>
        {(items) => (
          <DataTable
            label="Members"
            columns={columnsFor({ can, role, remove: setRemoving })}
            items={items}
            id={({ user_id }) => user_id}
          />
        )}
      </Paged>
      {isAdding && <AddMember path={path} onClose={() => setAdding(false)} onAdded={changed} />}
      {removing && (
        <Confirm
          title={`Remove ${nameOf(removing)}?`}
          does="Remove"
          action={() => api.delete(`${path}/member/${removing.user_id}`).then(changed)}
          onClose={() => setRemoving(null)}
        >
          They cannot come back until somebody adds them again. Their messages stay.
        </Confirm>
      )}
    </Section>
  )
}

const nobodyIn = ({ type }: MyRoom): string =>
  type === 'livestream'
    ? 'In a livestream everybody of the tenant may watch and write.'
    : 'Add somebody, who then sees it.'

function AddMember({ path, onClose, onAdded }: { path: string; onClose: () => void; onAdded: () => void }) {
  const api = useApi()
  const [user, setUser] = useState<User | null>(null)
  const add = async (): Promise<void> => {
    await api.post(`${path}/member`, { user_ids: [user?.user_id] })
    onAdded()
    onClose()
  }
  return (
    <FormModal title="Add a member" does="Add" action={add} onClose={onClose} isDisabled={!user}>
      {() => <UserPick label="Who" picked={user} onPick={setUser} />}
    </FormModal>
  )
}
