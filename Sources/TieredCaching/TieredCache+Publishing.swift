import NIOConcurrencyHelpers

extension TieredCache {
  /// Tells all workers of a state that the database has committed; returns when later reads of this worker see it.
  ///
  /// A shared tier that cannot be reached is no failure: the other workers find the change in the database within the
  /// staleness bound.
  ///
  /// - Parameters:
  ///   - manifest: the state that was committed.
  ///   - stamp: a new name for the state of the shared manifest.
  ///   - parts: parts that are put into the shared tier before anybody is told of their new revisions, so that no
  ///     worker has to get them from the database.
  /// - Returns: whether the shared tier was told; false for a worker that is alone, whose tier tells nobody.
  /// - Throws: ``CacheError`` when this worker cannot confirm the version in time.
  @discardableResult
  public func publish(_ manifest: Manifest, stamp: String, sharing parts: Set<PartID> = []) async throws -> Bool {
    try await whileInterested { try await told(manifest, stamp: stamp, sharing: parts) }
  }

  private func told(_ manifest: Manifest, stamp: String, sharing parts: Set<PartID>) async throws -> Bool {
    if shared.keepsParts, !parts.isEmpty { await share(parts, of: manifest) }
    let isTold = await ask("raise") { try await self.shared.raise(to: manifest, stamp: stamp) } != nil
    try await refresh()
    return isTold && shared.keepsParts
  }

  /// Puts parts into the shared tier as the database has them now. What fails here is done by whoever needs the part first.
  private func share(_ parts: Set<PartID>, of manifest: Manifest) async {
    let known = Manifest(
      lifetime: manifest.lifetime, revisions: manifest.revisions.filter { !parts.contains($0.key) },
      floors: manifest.floors)
    do {
      let delta = try await source.load(changedSince: known, atLeast: manifest)
      for (id, part) in delta.parts where parts.contains(id) {
        let label = PartLabel(revision: delta.manifest.revisions[id] ?? .zero)
        guard await share(part, id, label, lifetime: delta.manifest.lifetime) else { return }
      }
    } catch {
      record(.failed(reason: String(describing: error), isLoad: true))
    }
  }

  /// Makes `content` the content of a part until `timeToLive` is over, its revision moves or another override comes.
  ///
  /// - Parameters:
  ///   - part: whose content it is.
  ///   - content: what to serve.
  ///   - timeToLive: after which it ends.
  ///   - token: unique per publication.
  /// - Throws: ``CacheError`` when the part is not known or its revision moved meanwhile, and failures of the shared tier.
  public func override(
    _ part: PartID, with content: Source.Part, for timeToLive: Duration, token: String
  ) async throws {
    guard let manifest = coherence.manifest else { throw CacheError.notLoaded }
    guard let base = manifest.revisions[part] else {
      throw CacheError.overrideRefused(reason: "there is nothing called \(part) to stand in for; import it first")
    }
    let label = PartLabel(revision: base, override: token)
    let bytes = try source.encode(content)
    try await shared.store(bytes, of: part, label: label, lifetime: manifest.lifetime, timeToLive: timeToLive)
    let isSet = try await shared.setOverride(
      PartOverride(base: base, token: token), of: part, lifetime: manifest.lifetime, stamp: token)
    guard isSet else {
      throw CacheError.overrideRefused(reason: "the catalog of \(part) has changed meanwhile; try again")
    }
    record(
      .shared(part: part.text, items: source.itemCount(of: content), bytes: bytes.count, timeToLive: timeToLive))
    _ = await checkShared(timeout: policy.loadTimeout)
    try await refresh()
  }
}
