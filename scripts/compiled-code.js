/** Returns the file of the code that V8 compiled for a program, for this version of Node, as `src/launcher.ts` reads it. */
export function compiledCodeOf(program) {
  const { version, platform, arch } = process;
  return program.replace(/\.js$/, `-${version}-${platform}-${arch}.cache`);
}
