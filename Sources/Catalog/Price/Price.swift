/// What one unit of a price buys.
public enum PriceUnit: String, Sendable, Hashable, CaseIterable {
  /// One token.
  case token
  /// One image, in or out.
  case image
  /// One request, whatever its size.
  case request
  /// One search, tool call or rerank query.
  case search
  /// One second of audio, video or compute.
  case second
  /// One character of text.
  case character
  /// One pixel.
  case pixel
  /// One page of a document.
  case page
}

/// An exact amount of US dollars for one unit.
///
/// The unit is part of the value and a price can only be built by naming the unit that its source used, so a price per
/// million tokens can never be taken for a price per token.
public struct Price: Sendable, Hashable {
  /// US dollars for one ``unit``.
  public let amount: ExactDecimal
  /// What the amount buys.
  public let unit: PriceUnit

  private init(_ amount: ExactDecimal, _ unit: PriceUnit) {
    self.amount = amount
    self.unit = unit
  }

  /// US dollars for one token.
  public static func perToken(_ usd: ExactDecimal) -> Price { Price(usd, .token) }

  /// US dollars for a thousand tokens.
  public static func perThousand(_ usd: ExactDecimal) throws(ExactDecimal.ParseError) -> Price {
    Price(try usd.shifted(by: -3), .token)
  }

  /// US dollars for a million tokens.
  public static func perMillion(_ usd: ExactDecimal) throws(ExactDecimal.ParseError) -> Price {
    Price(try usd.shifted(by: -6), .token)
  }

  /// US cents for one token.
  public static func centsPerToken(_ cents: ExactDecimal) throws(ExactDecimal.ParseError) -> Price {
    Price(try cents.shifted(by: -2), .token)
  }

  /// Ten-thousandths of a US dollar for a million tokens, the integer that Novita publishes.
  public static func tenThousandthsPerMillion(_ parts: ExactDecimal) throws(ExactDecimal.ParseError) -> Price {
    Price(try parts.shifted(by: -10), .token)
  }

  /// US dollars for one image.
  public static func perImage(_ usd: ExactDecimal) -> Price { Price(usd, .image) }

  /// US dollars for one request.
  public static func perRequest(_ usd: ExactDecimal) -> Price { Price(usd, .request) }

  /// US dollars for one search or query.
  public static func perSearch(_ usd: ExactDecimal) -> Price { Price(usd, .search) }

  /// US dollars for a thousand searches.
  public static func perThousandSearches(_ usd: ExactDecimal) throws(ExactDecimal.ParseError) -> Price {
    Price(try usd.shifted(by: -3), .search)
  }

  /// US dollars for one second.
  public static func perSecond(_ usd: ExactDecimal) -> Price { Price(usd, .second) }

  /// US dollars for one character.
  public static func perCharacter(_ usd: ExactDecimal) -> Price { Price(usd, .character) }

  /// US dollars for one pixel.
  public static func perPixel(_ usd: ExactDecimal) -> Price { Price(usd, .pixel) }

  /// US dollars for one page.
  public static func perPage(_ usd: ExactDecimal) -> Price { Price(usd, .page) }

  /// US dollars for one `unit`, as the project's own format and the database keep it.
  public static func stored(_ usd: ExactDecimal, per unit: PriceUnit) -> Price { Price(usd, unit) }

  /// The same price with the amount rounded to at most twelve significant digits.
  ///
  /// Adapters of providers that publish binary floating-point noise use this; the raw text is kept beside it.
  public func denoised() -> Price { Price(amount.rounded(toSignificantDigits: 12), unit) }
}

/// What a price is for.
public enum PriceComponent: String, Sendable, Hashable, CaseIterable {
  case prompt
  case completion
  case cacheRead = "input_cache_read"
  case cacheWrite = "input_cache_write"
  case cacheWriteOneHour = "input_cache_write_1h"
  case reasoning = "internal_reasoning"
  case audioInput = "audio"
  case audioOutput = "audio_output"
  case image
  case imageOutput = "image_output"
  case request
  case webSearch = "web_search"
  case secondInput = "input_second"
  case secondOutput = "output_second"
  case characterInput = "input_character"
  case characterOutput = "output_character"
  case pixelInput = "input_pixel"
  case pixelOutput = "output_pixel"
  case page
  case query

  /// The unit that this component has unless it says otherwise; an image may also be billed by the token.
  public var defaultUnit: PriceUnit {
    switch self {
    case .prompt, .completion, .cacheRead, .cacheWrite, .cacheWriteOneHour, .reasoning, .audioInput, .audioOutput:
      .token
    case .image, .imageOutput: .image
    case .request: .request
    case .webSearch, .query: .search
    case .secondInput, .secondOutput: .second
    case .characterInput, .characterOutput: .character
    case .pixelInput, .pixelOutput: .pixel
    case .page: .page
    }
  }
}
