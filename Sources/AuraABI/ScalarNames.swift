/// Takes the place of the Swift runtime's function that knows the names of all Unicode characters ("LATIN SMALL LETTER
/// A"): nobody asks for them here, and the table is 0.55 MB. The linker puts it there (`--wrap` in Package.swift).
///
/// - Returns: bytes written: none, which means that the character has no name.
@_cdecl("__wrap__swift_stdlib_getScalarName")
func noScalarName(_ scalar: UInt32, _ buffer: UnsafeMutablePointer<UInt8>?, _ capacity: Int) -> Int { 0 }
