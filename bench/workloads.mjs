// What is asked of a peer. A workload is data; how it is carried out stands in load/ and measure*.mjs.
//
//   clients, rooms   so many clients, spread evenly over so many rooms
//   roomsEach        how many of them each client is in (1 unless said); it sends to its first
//   rate             messages a second from all clients together, sent on time whether or not answers come (open loop);
//                    without a rate every client sends as fast as it goes with one message outstanding (closed loop)
//   idle             nothing is sent: what a connection that only stays takes of the service's memory
//   peers            who is measured unless --peers says otherwise; all of them unless said here
const storing = ['parley', 'tutorial', 'socket-io-insert']
const withoutInsert = ['parley', 'tutorial', 'socket-io', 'ws']

export const workloads = [
  { name: 'w1', title: 'W1: 100 rooms of ten, 200 messages a second', clients: 1000, rooms: 100, rate: 200 },
  {
    name: 'w2',
    title: 'W2: one room of 1,000, 20 messages a second',
    clients: 1000,
    rooms: 1,
    rate: 20,
    peers: withoutInsert,
  },
  { name: 'w3', title: 'W3: 100 rooms of ten, as fast as it goes', clients: 1000, rooms: 100 },
  { name: 's', title: 'S: 1,000 rooms of one, as fast as it goes', clients: 1000, rooms: 1000 },
  {
    name: 'idle',
    title: 'Idle: 4,000 clients, each in three rooms of ten',
    clients: 4000,
    rooms: 1200,
    roomsEach: 3,
    idle: true,
    peers: withoutInsert,
  },
  { name: 'room-of-ten', title: 'One room of ten, as fast as it goes', clients: 10, rooms: 1, peers: storing },
  {
    name: 'room-of-ten-50',
    title: 'One room of ten, 50 messages a second',
    clients: 10,
    rooms: 1,
    rate: 50,
    peers: storing,
  },
]

/**
 * The rooms of a client, by their numbers. Clients that follow each other are in different rooms, so what they send in
 * turn is spread over all of them.
 */
export function roomsOf({ rooms, roomsEach = 1 }, client) {
  return Array.from({ length: roomsEach }, (_, n) => (client + (n * rooms) / roomsEach) % rooms)
}

/** The clients of each room, in the rooms' order. */
export function membersOf(workload) {
  const members = Array.from({ length: workload.rooms }, () => [])
  for (let client = 0; client < workload.clients; client++) {
    for (const room of roomsOf(workload, client)) members[room].push(client)
  }
  return members
}
