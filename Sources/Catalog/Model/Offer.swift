/// What a model takes in or gives out.
public enum Modality: String, Sendable, Hashable, CaseIterable, Comparable {
  case text, image, audio, video, file, embedding, rerank, moderation

  /// Order of declaration.
  public static func < (left: Modality, right: Modality) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What a model can do beyond completing text.
public enum Capability: String, Sendable, Hashable, CaseIterable, Comparable {
  case tools
  case parallelTools = "parallel_tools"
  case reasoning
  case structuredOutput = "structured_output"
  case jsonMode = "json_mode"
  case vision
  case promptCaching = "prompt_caching"
  case webSearch = "web_search"
  case computerUse = "computer_use"
  case audioInput = "audio_input"
  case audioOutput = "audio_output"
  case fineTuning = "fine_tuning"
  case fillInTheMiddle = "fill_in_the_middle"
  case openWeights = "open_weights"

  /// Order of the names.
  public static func < (left: Capability, right: Capability) -> Bool { left.rawValue < right.rawValue }
}

/// Whether an offer can be used.
public enum OfferStatus: String, Sendable, Hashable, CaseIterable {
  /// It can be used.
  case active
  /// It can be used, but may change or go without notice.
  case preview
  /// It can still be used, and will go.
  case deprecated
  /// The provider lists it, and does not serve it at present.
  case unavailable
}

/// One provider's listing of one model: what it is called there, what it can do, what it costs.
public struct Offer: Sendable, Hashable {
  /// Who sells it.
  public var provider: ProviderSlug
  /// The model's id at the provider, as a request to the provider must name it.
  public var modelID: String
  /// What tells listings of the same ``modelID`` apart, where a provider has several: a quantization, size or sub-provider.
  public var variant: String?
  /// Its name for people.
  public var name: String
  /// What the provider says about it.
  public var description: String?
  /// Who made the model, where the provider says so.
  public var ownedBy: String?
  /// The largest prompt and answer together, in tokens.
  public var contextLength: Int?
  /// The largest prompt, in tokens, where it is limited on its own.
  public var maxInput: Int?
  /// The largest answer, in tokens.
  public var maxOutput: Int?
  /// What it takes in, in ``Modality`` order.
  public var inputModalities: [Modality]
  /// What it gives out, in ``Modality`` order.
  public var outputModalities: [Modality]
  /// The request parameters it supports, sorted.
  public var supportedParameters: [String]
  /// What it can do, sorted.
  public var capabilities: [Capability]
  /// The tokenizer's name.
  public var tokenizer: String?
  /// The precision of the weights, such as `fp8`.
  public var quantization: String?
  /// The model's repository at Hugging Face, which helps to recognise it at other providers.
  public var huggingFaceID: String?
  /// Other names of the model at the same provider.
  public var aliases: [String]
  /// Whether it can be used.
  public var status: OfferStatus
  /// When the model was created, in seconds since 1970; nil where the provider gives none or a meaningless one.
  public var created: Int?
  /// The day from which the offer is deprecated.
  public var deprecationDate: CalendarDate?
  /// The day on which the offer ends.
  public var expiryDate: CalendarDate?
  /// What it costs.
  public var pricing: Pricing
  /// Where the facts come from: the import format, or a snapshot's source.
  public var source: String
  /// When the facts were observed, in seconds since 1970.
  public var observedAt: Int
  /// Which fields come from elsewhere. Only imports and ``OfferDetail`` know it; readers of the catalog get none.
  public var provenance = Provenance()

  /// An offer of which only the identity is known.
  public init(
    provider: ProviderSlug, modelID: String, variant: String? = nil, name: String? = nil, source: String,
    observedAt: Int
  ) {
    self.provider = provider
    self.modelID = modelID
    self.variant = variant
    self.name = name ?? modelID
    self.inputModalities = []
    self.outputModalities = []
    self.supportedParameters = []
    self.capabilities = []
    self.aliases = []
    self.status = .active
    self.pricing = .unknown()
    self.source = source
    self.observedAt = observedAt
  }

  /// The id of the offer, unique at its provider: the model's id there, with `:` and the variant where there is one.
  public var id: String {
    if let variant { "\(modelID):\(variant)" } else { modelID }
  }
}
