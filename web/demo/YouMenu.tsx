import { Menu, UnstyledButton } from '@mantine/core'
import { useConnection } from '@parley/react'
import { Avatar } from '../chat/index.js'
import { Glyph } from './Glyph.js'
import { useSession } from './session-context.js'

/** Who one is here. A tab that is opened from here knows nothing of this one: whoever sits there is somebody else. */
export function YouMenu({ leave }: { leave: () => void }) {
  const { user_id, display_name } = useSession()
  const isOnline = useConnection().status === 'online'
  return (
    <Menu position="bottom-end" width={230} shadow="md">
      <Menu.Target>
        <UnstyledButton className="demo-you" aria-label={`You are ${display_name}`}>
          <Avatar id={user_id} name={display_name} online={isOnline} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>You are {display_name}</Menu.Label>
        <Menu.Item
          component="a"
          href={location.pathname + location.hash}
          target="_blank"
          rel="noopener"
          leftSection={<Glyph name="tab" />}
        >
          Open a second tab
        </Menu.Item>
        <Menu.Item leftSection={<Glyph name="leave" />} onClick={leave}>
          Be somebody else
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
