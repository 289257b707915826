import TieredCaching

extension CatalogChange {
  /// Writes the members of the change's JSON object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("sequence", sequence)
    json.member("source_gateway", provider.text)
    json.member("id", offer)
    json.member("kind", kind.rawValue)
    json.member("field", field)
    json.member("old", oldValue)
    json.member("new", newValue)
    json.member("revision", Int(revision.number))
    json.member("at", at)
    json.member("effective_at", effectiveAt)
  }
}
