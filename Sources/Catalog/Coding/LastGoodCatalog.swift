public import TieredCaching

/// A whole catalog as one worker keeps it for the day on which neither the database nor Redis can be asked.
///
/// A header, the manifest, the parts as ``CatalogPart/encoded()`` gives them, and a checksum over all of it.
public struct LastGoodCatalog: Sendable {
  /// The parts and their manifest.
  public let parts: PartDelta<CatalogPart>
  /// When it was kept, in seconds since 1970.
  public let keptAt: Int
  /// Which database it is a copy of.
  public let origin: String
  /// When the change log last named any provider, also one that is gone.
  private let lastChange: String?

  private static let magic = Array("modelcatalog last good 1\n".utf8)
  private static let checksumLength = 16

  /// What is to be kept; nil when the catalog holds something that lives in Redis alone.
  ///
  /// - Parameters:
  ///   - snapshot: the catalog to keep.
  ///   - origin: which database it is a copy of, without secrets.
  ///   - now: the time in seconds since 1970.
  public init?(_ snapshot: CatalogSnapshot, origin: String, now: Int) {
    guard snapshot.manifest.overrides.isEmpty else { return nil }
    let parts = snapshot.parts.map { (PartID($0.provider.slug.text), $0) }
    self.parts = PartDelta(manifest: snapshot.manifest, parts: Dictionary(uniqueKeysWithValues: parts))
    keptAt = now
    self.origin = origin
    lastChange = snapshot.lastChange
  }

  /// The bytes to keep.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.raw(Self.magic)
    writer.integer(Int64(keptAt))
    writer.block(origin.utf8)
    writer.block((lastChange ?? "").utf8)
    let manifest = parts.manifest
    writer.block(manifest.lifetime.utf8)
    writer.list(manifest.revisions.sorted { $0.key < $1.key }) { entry, writer in
      writer.block(entry.key.text.utf8)
      writer.integer(entry.value.number)
      writer.integer((manifest.floors[entry.key] ?? .zero).number)
    }
    writer.list(parts.parts.sorted { $0.key < $1.key }) { entry, writer in
      writer.block(entry.key.text.utf8)
      writer.block(entry.value.encoded())
    }
    writer.raw(FNV1a.hexadecimal(of: writer.bytes).utf8)
    return writer.bytes
  }

  /// Reads what ``encoded()`` writes.
  ///
  /// - Throws: ``PartCodingError`` when the bytes are not whole and right.
  public init(_ bytes: [UInt8]) throws(PartCodingError) {
    let body = bytes.dropLast(Self.checksumLength)
    guard bytes.starts(with: Self.magic), bytes.count > Self.magic.count + Self.checksumLength,
      FNV1a.hexadecimal(of: body).utf8.elementsEqual(bytes.suffix(Self.checksumLength))
    else {
      throw .invalid(field: "checksum", offset: bytes.count)
    }
    (keptAt, origin, lastChange, parts) = try Array(body.dropFirst(Self.magic.count)).withUnsafeBufferPointer {
      bytes throws(PartCodingError) in
      var reader = ByteReader(bytes)
      let keptAt = Int(try reader.integer(Int64.self))
      let origin = try reader.text("origin")
      let lastChange = try reader.text("last change")
      return (keptAt, origin, lastChange, try Self.parts(&reader, lastChange: lastChange.isEmpty ? nil : lastChange))
    }
  }

  private static func parts(
    _ reader: inout ByteReader, lastChange: String?
  ) throws(PartCodingError) -> PartDelta<CatalogPart> {
    let lifetime = try reader.text("lifetime")
    var revisions: [PartID: Revision] = [:]
    var floors: [PartID: Revision] = [:]
    _ = try reader.list(elementSize: 20) { reader throws(PartCodingError) in
      let part = PartID(try reader.text("part"))
      revisions[part] = Revision(try reader.integer(Int64.self))
      let floor = Revision(try reader.integer(Int64.self))
      if floor > .zero { floors[part] = floor }
    }
    var parts: [PartID: CatalogPart] = [:]
    _ = try reader.list(elementSize: 8) { reader throws(PartCodingError) in
      let part = PartID(try reader.text("part"))
      guard let revision = revisions[part] else { throw reader.invalid("part") }
      parts[part] = try CatalogPart(encoded: try reader.block(), part: part, revision: revision)
    }
    guard reader.isAtEnd else { throw reader.invalid("end") }
    // Providers that are gone are parts without offers, and one of them may be what changed last.
    for (part, revision) in revisions where !part.isDerived && parts[part] == nil {
      let slug: ProviderSlug
      do { slug = try ProviderSlug(part.text) } catch { throw reader.invalid("part") }
      let gone = ProviderPart(provider: Provider(slug: slug), offers: [], changedAt: lastChange)
      parts[part] = CatalogPart(gone, revision: revision)
    }
    return PartDelta(manifest: Manifest(lifetime: lifetime, revisions: revisions, floors: floors), parts: parts)
  }
}
