/** The real wscat, which types these lines when it is connected, and stays. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { until } from './until.js'

const program = join(import.meta.dirname, '../../node_modules/wscat/bin/wscat')

export class Wscat {
  private output = ''
  private readonly child: ChildProcess
  private readonly ended: Promise<unknown>

  constructor(args: string[], lines: string[]) {
    const typed = lines.flatMap((line) => ['-x', line])
    this.child = spawn(process.execPath, [program, ...args, ...typed, '-w', '-1'], { stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (part: Buffer) => (this.output += String(part)))
    }
    this.ended = new Promise((resolve) => this.child.once('close', resolve))
  }

  /** The first so many frames that it shows, a line each. */
  async frames(count: number): Promise<any[]> {
    const lines = (): string[] => this.output.split('\n').slice(0, -1)
    await until(() => lines().length >= count, `${count} frames; it shows ${this.output}`)
    return lines().map((line) => JSON.parse(line))
  }

  async end(): Promise<void> {
    this.child.kill()
    await this.ended
  }
}
