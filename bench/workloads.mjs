// What is asked of a peer. A workload is data; how it is carried out stands in load/.
//
//   rooms, members   so many rooms with so many clients each, every client in one room
//   rate             messages a second from all clients together, sent on time whether or not answers come (open loop);
//                    without a rate every client sends as fast as it goes with one message outstanding (closed loop)
export const workloads = [
  { name: 'room-of-ten', title: 'One room of ten, as fast as it goes', rooms: 1, members: 10 },
  { name: 'room-of-ten-50', title: 'One room of ten, 50 messages a second', rooms: 1, members: 10, rate: 50 },
  { name: 'w3', title: 'W3: 100 rooms of ten, as fast as it goes', rooms: 100, members: 10 },
  { name: 'w1', title: 'W1: 100 rooms of ten, 200 messages a second', rooms: 100, members: 10, rate: 200 },
]
