import TieredCaching

/// How a part is written in bytes. All integers are little-endian, all lengths and counts have four bytes.
///
///     magic         4 bytes, "MCPT"
///     format        2 bytes, ``number``
///     vocabulary    16 bytes, ``vocabulary``
///     strings       every distinct text of the part, each with its length
///     lists         every distinct list: of texts, of modalities, of capabilities
///     provider      slug, name, site, time of the last change
///     offers        each in a fixed order of fields, see ``PartEncoder``
///     collisions    key, variant and ids
///
/// A text stands as one plus its place among the strings, with 0 for none, a list as its place among its like.
enum PartFormat {
  static let magic = Array("MCPT".utf8)

  /// To be raised with every change to the layout and to what is derived from an offer: a worker must not take over
  /// records and identities that it would derive differently.
  static let number: UInt16 = 1

  /// A digest of the names that are written as numbers. A case that is added, removed or moved changes it, so that no
  /// number ever means something else to the reader.
  static let vocabulary: String = {
    var digest = FNV1a()
    func combine<Name: CodedCase>(_ type: Name.Type) {
      for name in type.codes { digest.combine(closing: name.rawValue) }
      digest.combine(closing: "")
    }
    combine(Modality.self)
    combine(Capability.self)
    combine(OfferStatus.self)
    combine(PriceState.self)
    combine(PriceComponent.self)
    combine(PriceUnit.self)
    return digest.hexadecimal
  }()
}

/// An enumeration whose cases are written as their places in the declaration.
protocol CodedCase: CaseIterable, Equatable, RawRepresentable<String>, Sendable {
  /// All cases, kept so that they are not listed anew for every value.
  static var codes: [Self] { get }
}

extension CodedCase {
  /// Its place in the declaration.
  var code: Int { Self.codes.firstIndex(of: self) ?? Self.codes.count }

  func write(to bytes: inout ByteWriter) { bytes.integer(UInt8(code)) }

  init(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) {
    let code = Int(try bytes.integer(UInt8.self))
    guard code < Self.codes.count else { throw bytes.invalid(field) }
    self = Self.codes[code]
  }
}

extension Modality: CodedCase { static let codes = allCases }
extension Capability: CodedCase { static let codes = allCases }
extension OfferStatus: CodedCase { static let codes = allCases }
extension PriceState: CodedCase { static let codes = allCases }
extension PriceComponent: CodedCase { static let codes = allCases }
extension PriceUnit: CodedCase { static let codes = allCases }
