public import TieredCaching

extension CatalogPart {
  /// The part as bytes that another worker reads much faster than it could load and derive the part itself.
  ///
  /// Everything that is derived is in them, the revision is not. Equal parts give equal bytes. All offers must belong
  /// to the part's provider, as those of a store do.
  public func encoded() -> [UInt8] { PartEncoder.encode(self) }

  /// Reads what ``encoded()`` writes.
  ///
  /// The bytes may come from anywhere: every length, number and text is checked, and memory is bounded by a small
  /// multiple of their size. That the derived values belong to the offers is not checked, as that would mean to derive
  /// them; a checksum around the bytes has to tell damage.
  ///
  /// - Parameters:
  ///   - bytes: an encoded part.
  ///   - part: whose part it must be: the slug of the provider.
  ///   - revision: the revision that the bytes were stored under.
  /// - Throws: ``PartCodingError``; nothing of the part is used then.
  public convenience init(encoded bytes: [UInt8], part: PartID, revision: Revision) throws(PartCodingError) {
    let contents = try bytes.withUnsafeBufferPointer { bytes throws(PartCodingError) in
      var reader = ByteReader(bytes)
      return try PartDecoder.decode(&reader, part: part, revision: revision)
    }
    self.init(contents)
  }
}
