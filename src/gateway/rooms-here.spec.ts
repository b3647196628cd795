import { RoomsHere } from './rooms-here.js'

const ann = { tenantId: 'acme', userId: 'ann' }
const bob = { tenantId: 'acme', userId: 'bob' }
const room = { tenantId: 'acme', roomId: 'general' }

let told: string[]
let rooms: RoomsHere

beforeEach(() => {
  told = []
  rooms = new RoomsHere((room, seq) => {
    if (seq <= room.lastSeq) return
    room.lastSeq = seq
    told.push(`${room.roomId} ${seq} to ${[...room.userIds].join()}`)
  })
})

const nothing = (): Promise<[string, number][]> => Promise.resolve([])

it('a room with a member here goes on', async () => {
  await rooms.begin(ann, () => Promise.resolve([['general', 4]]))
  rooms.moved(room, 5)
  expect(told).toEqual(['general 5 to ann'])
})

it('what was said before it was heard who is a member is told then', async () => {
  await rooms.begin(ann, nothing)
  rooms.moved(room, 2)
  rooms.moved(room, 1)
  rooms.moved({ tenantId: 'umbrella', roomId: 'general' }, 9)
  expect(told).toEqual([])
  rooms.enter(ann, 'general', 0)
  expect(told).toEqual(['general 2 to ann'])
})

it('what is said while somebody’s rooms are read is told when they are', async () => {
  await rooms.begin(ann, () => {
    rooms.moved(room, 5)
    return Promise.resolve([['general', 4]])
  })
  expect(told).toEqual(['general 5 to ann'])
})

it('what was known already is not told', async () => {
  rooms.moved(room, 5)
  await rooms.begin(ann, () => Promise.resolve([['general', 5]]))
  await rooms.begin(bob, nothing)
  rooms.enter(bob, 'general', 5)
  expect(told).toEqual([])
})
