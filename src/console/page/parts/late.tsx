import { Component } from 'react';

/**
 * Catches what cannot be loaded later on: a gateway of another version has other files. React knows no other way than a
 * class.
 */
export class Late extends Component<
  { children: React.ReactNode; onFailure?: () => void; instead?: React.ReactNode },
  { isFailed: boolean }
> {
  state = { isFailed: false };

  static getDerivedStateFromError() {
    return { isFailed: true };
  }

  componentDidCatch() {
    this.props.onFailure?.();
  }

  render() {
    return this.state.isFailed ? this.props.instead : this.props.children;
  }
}
