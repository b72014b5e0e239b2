from payments.models.mandates import Mandate
from payments.models.methods import PaymentMethod
from payments.models.money import Allocation, BankFile, Payment

__all__ = ["Allocation", "BankFile", "Mandate", "Payment", "PaymentMethod"]
