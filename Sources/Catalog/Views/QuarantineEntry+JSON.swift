extension QuarantineEntry {
  /// Writes the members of the entry's JSON object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("id", id)
    json.member("source_gateway", provider.text)
    json.member("offer", offer.isEmpty ? nil : offer)
    json.member("field", field.rawValue)
    json.member("reason", reason.rawValue)
    json.member("message", message)
    json.member("held", isHeld)
    json.member("served", servedValue)
    json.member("proposed", proposedValue)
    json.member("state", state.rawValue)
    json.member("since", since)
    json.member("decided_at", decidedAt)
    json.member("decided_by", decidedBy)
  }
}

extension OfferOverride {
  /// Writes the members of the override's JSON object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("source_gateway", provider.text)
    json.member("offer", offer)
    json.member("member", member.rawValue)
    // It was checked when it was set, and is JSON already.
    json.name("value")
    json.raw(Array(value.utf8))
    json.member("note", note)
    json.member("set_by", setBy)
    json.member("set_at", setAt)
  }
}
