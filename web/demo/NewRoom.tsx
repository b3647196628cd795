import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { MyRoom } from '@parley/client'
import { useParley } from '@parley/react'
import { wordsOf } from '../words-of.js'
import { go } from './place.js'

/** Whoever makes a room is in it, and sends the others its link. */
export function NewRoom({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const { rest, rooms } = useParley()
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  const make = async (): Promise<void> => {
    if (!name.trim()) return setError('A room needs a name.')
    try {
      const { room_id } = await rest.post<MyRoom>('/room', { name: name.trim() })
      await rooms.load()
      setName('')
      close()
      go('room', room_id)
    } catch (error) {
      setError(wordsOf(error))
    }
  }
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      lockScroll={false}
      title="A new room"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="demo-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <TextInput
          label="Name"
          description="Anybody with the link may join."
          placeholder="Weekend plans"
          maxLength={80}
          data-autofocus
          value={name}
          error={error}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value)
            setError(null)
          }}
        />
        <Button type="submit">Make it</Button>
      </form>
    </Modal>
  )
}
