import { Component, type ReactNode } from 'react'

interface BoundaryProps {
  /** Where one is: elsewhere it is tried again. */
  at: string
  /** Shown in the place of what failed. */
  instead: ReactNode
  children: ReactNode
}

interface Failing {
  hasFailed: boolean
  at: string
}

/** A part that cannot be loaded, as when another version was installed, or cannot be shown, takes nothing else of the page with it. */
export class Boundary extends Component<BoundaryProps, Failing> {
  static getDerivedStateFromError = (): Partial<Failing> => ({ hasFailed: true })

  static getDerivedStateFromProps = ({ at }: BoundaryProps, state: Failing): Failing | null =>
    at === state.at ? null : { hasFailed: false, at }

  override state = { hasFailed: false, at: this.props.at }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.instead : this.props.children
  }
}
