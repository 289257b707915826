import TieredCaching

/// The database as the last tier of the cache.
struct StoreSource: PartSource {
  let store: any CatalogStore

  func manifest() async throws -> Manifest { try await store.manifest() }

  func load(changedSince known: Manifest?, atLeast wanted: Manifest) async throws -> PartDelta<CatalogPart> {
    let delta = try await store.load(changedSince: known, atLeast: wanted)
    let parts = await inParallel(Array(delta.parts)) { id, part in
      (id, CatalogPart(part, revision: delta.manifest.revisions[id] ?? .zero))
    }
    return PartDelta(manifest: delta.manifest, parts: Dictionary(uniqueKeysWithValues: parts))
  }

  func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async { await store.watch(changed) }

  func encode(_ part: CatalogPart) -> [UInt8] { part.encoded() }

  func decode(_ bytes: [UInt8], of part: PartID, label: PartLabel) throws -> CatalogPart {
    try CatalogPart(encoded: bytes, part: part, revision: label.revision)
  }

  func itemCount(of part: CatalogPart) -> Int { part.offers.count }

  /// Parts are independent of each other, and the first load has many.
  private func inParallel<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ work: @escaping @Sendable (Input) -> Output
  ) async -> [Output] {
    await withTaskGroup(of: Output.self) { group in
      for input in inputs { group.addTask { work(input) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
