// The viewers of a livestream on Parley, by each dialect. A dialect is a line in the table:
//   protocol   one that load.mjs speaks
//   numbered   its messages carry `seq`
//   way        how a viewer comes into the thread, as the protocol's client takes it; without it by `join_room`
//   against    the bare library that sets its goal
// A plain one is measured twice: with single frames, and with several messages in a frame.
import { socketIo, socketIoShort, wsShort } from './bare.mjs'
import { post, setUpUsers, startParley } from './parley.mjs'

const SINGLE_AT_MOST = 1.1
const BATCHED_AT_MOST = 0.5

const dialects = [
  { name: 'chat', title: 'Socket.IO, join_room', protocol: 'socket.io', numbered: true, against: 'socket-io' },
  {
    name: 'live',
    title: 'Socket.IO, join_stream_room',
    protocol: 'socket.io',
    against: 'socket-io-short',
    way: ({ stream_id }) => ({ event: 'join_stream_room', payload: { streamId: stream_id } }),
  },
  {
    name: 'stream',
    title: '/ws/chat/{stream_id}',
    numbered: true,
    way: ({ stream_id }, { token }) => ({ path: `/ws/chat/${stream_id}?token=${token}` }),
  },
  {
    name: 'rooms',
    title: '/chat/ws',
    way: ({ room_id }, { token }) => ({
      path: `/chat/ws?token=${token}`,
      hello: JSON.stringify({ event: 'chat.join', data: { roomId: room_id } }),
      welcome: '"chat.joined"',
    }),
  },
  {
    name: 'room',
    title: '/ws/{room_id}/{user_id}',
    numbered: true,
    way: ({ room_id }, { user_id, token }) => ({ path: `/ws/${room_id}/${user_id}?token=${token}` }),
  },
]

const bare = [socketIo, socketIoShort, wsShort].map((peer) => ({ ...peer, numbered: true }))

export const livestreamPeers = [...bare, ...dialects.flatMap(peersOf)]

function peersOf({ protocol = 'plain', against = 'ws-short', ...dialect }) {
  const single = peerOf({ ...dialect, protocol, against, atMost: SINGLE_AT_MOST })
  if (protocol !== 'plain') return [single]
  const way = (thread, user) => batched(dialect.way(thread, user))
  const [name, title] = [`${dialect.name}-batch`, `${dialect.title}, batched`]
  return [single, peerOf({ ...dialect, name, title, way, protocol, against, atMost: BATCHED_AT_MOST, batched: true })]
}

const batched = (way) => ({ ...way, path: `${way.path}&batch=true` })

function peerOf({ protocol, way, ...peer }) {
  const setUp = (...about) => setUpThread(...about, { protocol, way })
  return { ...peer, start: (place) => startParley(place, setUp) }
}

/** The streamer opens the thread; the senders come in by `join_room`, everybody else in the dialect's way. */
async function setUpThread(url, adminKey, workload, { protocol, way }) {
  const { users } = await setUpUsers(url, adminKey, workload)
  const authorization = `Bearer ${users[0].token}`
  const thread = await post(`${url}/api/chat/thread`, { authorization }, { stream_id: 'bench' })
  return users.map((user, n) => {
    const client = { token: user.token, rooms: [thread.room_id] }
    return n < workload.senders ? { ...client, numbered: true } : { ...client, protocol, way: way?.(thread, user) }
  })
}
