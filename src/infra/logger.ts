import type { LoggerService, LogLevel } from '@nestjs/common'
import { pino, type DestinationStream, type Level, type Logger } from 'pino'

/** An error without what else it carries: a failed statement has its parameters, and with them what people wrote. */
const bare = ({ name, message, stack, code }: Error & { code?: string }) => ({ type: name, message, code, stack })

/** JSON lines on standard output. Nothing in them is a secret: addresses lose their query, headers are never logged. */
export function makeLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: bare },
    formatters: { level: (label: string) => ({ level: label }) },
    redact: [
      '*.authorization',
      '*.clientkey',
      '*.clientKey',
      '*.cookie',
      '*.token',
      '*.api_token',
      '*.password',
      '*.old_password',
      '*.text_message',
    ],
  }
  return destination ? pino(options, destination) : pino(options)
}

const levels: Record<LogLevel, Level> = {
  verbose: 'trace',
  debug: 'debug',
  log: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
}

/** Nest's own lines and the `Logger` of services, through the same logger. Its chatter about modules is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, context?: string): void => this.write('debug', message, [context])
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest)
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('verbose', message, rest)
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest)
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest)
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest)

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1)
    const fields = message instanceof Error ? { err: message } : typeof message === 'object' ? message : {}
    const text = typeof message === 'string' ? message : undefined
    this.logger[levels[level]]({ ...fields, ...(typeof context === 'string' && { context }) }, text)
  }
}
