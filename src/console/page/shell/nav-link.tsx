import { Link, useLocation } from 'wouter';

/** A way to a screen. It is marked while one is there, or at a part of it. */
export function NavLink({ href, children }: { href: string; children: React.ReactNode }) {
  const [path] = useLocation();
  const [screen] = href.split('?');
  const isPart = path.startsWith(`${screen}/`);
  return (
    <Link href={href} aria-current={path === screen ? 'page' : isPart ? 'true' : undefined}>
      {children}
    </Link>
  );
}
