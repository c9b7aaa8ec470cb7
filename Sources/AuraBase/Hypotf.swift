/// The length of a right triangle's longest side, under the C library's name.
///
/// The Swift runtime's mathematics refers to `hypotf`, and linked on Debian 12 that would be the version of glibc 2.35:
/// the wheel could then not run on the glibc 2.34 of Enterprise Linux 9. With this definition nothing newer than 2.34
/// is needed. Squares of floats neither overflow nor vanish in double, so the answer is right to the last place.
@_cdecl("hypotf")
public func auraHypotf(_ x: Float, _ y: Float) -> Float {
  if x.isInfinite || y.isInfinite { return .infinity }
  return Float((Double(x) * Double(x) + Double(y) * Double(y)).squareRoot())
}
