// How far one of each goes, if nothing else is in its way.

export function ceilings({ calm, busy, connectionKb, emptyNodeMb }, assumed) {
  const coreMicros = assumed.cpuUse * 1e6
  const nodeMicros = assumed.nodeCores * coreMicros
  const memoryKb = (assumed.nodeMemoryMb * assumed.memoryUse - emptyNodeMb) * 1024
  const databaseMicros = assumed.postgresCores * coreMicros
  const hint = (nodes) =>
    assumed.redisPublishMicros +
    assumed.redisCallsPerMessage * assumed.redisTakeMicros +
    nodes * assumed.redisDeliverMicros
  return {
    connections: memoryKb / (connectionKb * assumed.memoryGrowth),
    pinged: (nodeMicros / assumed.pingMicros) * assumed.pingSeconds,
    sends: { calm: nodeMicros / calm.messageMicros, busy: nodeMicros / busy.messageMicros },
    deliveries: { calm: nodeMicros / calm.deliveryMicros, busy: nodeMicros / busy.deliveryMicros },
    redisHints: { two: coreMicros / hint(2), ten: coreMicros / hint(10) },
    postgresMessages: { calm: databaseMicros / calm.databaseMicros, busy: databaseMicros / busy.databaseMicros },
    glancedRooms: (databaseMicros / assumed.glanceMicros) * assumed.glanceSeconds,
  }
}
